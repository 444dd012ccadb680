"""Template packs: the bundled one, and those a site took in. A plan remembers the pack it was written with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from ..base.files import replace_file
from ..base.ids import Id, named_id
from ..base.problems import Problem
from ..base.words import LANGUAGES, _, language
from ..exchange.packs import open_pack, pack_inside, sign_pack, signer_name
from ..records.pack import Pack, load_pack, read_pack
from ..records.people import Site
from ..records.plan_item import ITEM_COLUMNS, PlanItem
from ..records.sight import hides
from ..records.template import TemplatePack
from ..store import Store, Unit
from .odd_letters import odd_in_pack

LARGEST = 500_000  # bytes of a pack


@dataclass(frozen=True)
class Known:
    """A pack this site has: its id, who signed it (``""`` for the bundled one), and whether new plans use it."""

    id: str
    title: str
    signed_by: str
    in_use: bool


def packs(unit: Unit) -> list[Known]:
    """The bundled pack and those that were taken in, by name."""
    used = pack_for_new_plans(unit)
    bundled = load_pack()
    found = [Known(bundled.id, bundled.title[language()], "", used == bundled.id)]
    for kept in unit.all(sa.select(TemplatePack).where(TemplatePack.removed.is_(False)).order_by(TemplatePack.name)):
        pack = pack_named(unit, kept.name)
        found.append(Known(kept.name, pack.title[language()], _signer(unit, kept), used == kept.name))
    return found


def _signer(unit: Unit, kept: TemplatePack) -> str:
    """Who signed a pack, in words. It may have come with a bundle: then nobody here has looked at the signature yet."""
    try:
        _text, site = open_pack(unit, kept.file.encode())
    except Problem:
        return _("nobody this site trusts")
    return signer_name(unit, site)


def pack_for_new_plans(unit: Unit) -> str:
    """The id of the pack that a new plan is begun with: as the site says, if it is here."""
    wanted = unit.get(Site, unit.store.site).plan_pack
    bundled = load_pack().id
    return wanted if wanted and wanted != bundled and _kept(unit, wanted) is not None else bundled


def pack_seen(unit: Unit, pack_id: str) -> Pack:
    """The pack of a plan with the parts that whoever is at the desk sees."""
    pack, who = pack_named(unit, pack_id), unit.store.who
    if not who.narrowed:
        return pack
    return pack.only([key for key in pack.parts() if not hides(PlanItem, who, {"part": key})])


def pack_named(unit: Unit, pack_id: str) -> Pack:
    """The pack a plan was written with; where it is not here, the bundled one, which shows her words all the same."""
    bundled = load_pack()
    if pack_id == bundled.id:
        return bundled
    kept = _kept(unit, pack_id)
    try:
        return _of_file(kept) if kept is not None else bundled
    except Problem:  # a newer program's pack: her words are shown with ours
        return bundled


def has_pack(unit: Unit, pack_id: str) -> bool:
    """Whether the pack a plan was written with is here."""
    return pack_id == load_pack().id or _kept(unit, pack_id) is not None


def take_pack(unit: Unit, data: bytes) -> Pack:
    """Take a signed pack in. Raises ``Problem`` for one that is malformed, unsigned, a stranger's, or older."""
    if len(data) > LARGEST:
        raise _too_large()
    text, signer = open_pack(unit, data)
    pack = read_pack(text, ITEM_COLUMNS, LANGUAGES)
    newest = max((int(known.id.rpartition("/")[2]) for known in packs(unit) if _name(known.id) == pack.name), default=0)
    if pack.version < newest:
        raise Problem(
            _(
                "This template pack is older than the one here: version {old}, and {new} is here. "
                "It was not taken in; the packs and plans here are as they were."
            ).format(old=pack.version, new=newest),
            code="pack-older",
        )
    if pack.id == load_pack().id:
        raise _bundled_name()
    if odd := odd_in_pack(pack):
        raise Problem(
            _("These letters of the template pack cannot be printed: {letters}. It was not taken in.").format(
                letters=" ".join(odd[:20])
            ),
            code="letters",
        )
    record = named_id(unit.store.site, f"pack {pack.id}")
    kept = _kept(unit, pack.id)
    if kept is None:
        unit.create(TemplatePack, record, name=pack.id, signed_by=signer, file=data.decode().strip())
    elif kept.file != data.decode().strip():
        raise Problem(
            _("Another pack called {name} is here. It was not taken in. Ask for it under a new version.").format(
                name=pack.id
            ),
            code="pack-name",
        )
    return pack


def use_pack(unit: Unit, pack_id: str) -> None:
    """Begin new plans with that pack; plans that stand keep theirs."""
    if not has_pack(unit, pack_id):
        raise Problem(_("There is no template pack called {name} here. Nothing was changed.").format(name=pack_id))
    if (kept := _kept(unit, pack_id)) is not None:
        open_pack(unit, kept.file.encode())  # one that came with a bundle is not trusted for that alone
    unit.revise(Site, unit.store.site, plan_pack=pack_id)


def sign_file(store: Store, source: Path, target: Path) -> Pack:
    """Sign the pack in *source* with this site's key, into *target*. Raises ``Problem``; nothing is written then."""
    store.only_administrators("sign_pack")
    text = read_file(source)
    pack = read_pack(text, ITEM_COLUMNS, LANGUAGES)
    if pack.id == load_pack().id:
        raise _bundled_name()
    with store.work("sign_pack") as unit:
        unit.tell("site", store.site, pack=pack.id)
        try:
            replace_file(target, sign_pack(store, text))
        except OSError as error:
            raise Problem(
                _("The file {name} could not be written there. Nothing was changed. Choose another place.").format(
                    name=target.name
                ),
                code="write",
            ) from error
    return pack


def read_file(path: Path) -> bytes:
    """The bytes of a file that may hold a pack. Raises ``Problem`` where it cannot be read, or is far too large."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise Problem(
            _("The file {name} cannot be read. Nothing was changed. Check its name.").format(name=path.name),
            code="no-file",
        ) from error
    if len(data) > LARGEST:
        raise _too_large()
    return data


def _too_large() -> Problem:
    return Problem(_("This file is too large for a template pack. Nothing was changed."), code="pack-malformed")


def _bundled_name() -> Problem:
    return Problem(
        _("This template pack has the name of the one that comes with the program. It was not taken in."),
        code="pack-name",
    )


def _kept(unit: Unit, pack_id: str) -> TemplatePack | None:
    return unit.first(  # type: ignore[no-any-return]
        sa.select(TemplatePack)
        .where(TemplatePack.name == pack_id, TemplatePack.removed.is_(False))
        .order_by(TemplatePack.id)
    )


_opened: dict[Id, tuple[str, Pack]] = {}  # record -> its file and what it holds: a plan asks at every reading


def _of_file(kept: TemplatePack) -> Pack:
    known = _opened.get(kept.id)
    if known is None or known[0] != kept.file:
        pack = read_pack(pack_inside(kept.file.encode()), ITEM_COLUMNS, LANGUAGES)
        known = _opened[kept.id] = (kept.file, pack)
    return known[1]


def _name(pack_id: str) -> str:
    return pack_id.rpartition("/")[0]
