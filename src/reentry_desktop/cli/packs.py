"""Template packs: the words around a plan, as files between sites."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from ..actions import packs
from ..base.problems import NotFound
from ..base.words import _
from ..records.pack import Pack
from ..records.plan_item import ITEM_COLUMNS
from ..store import Store
from .answers import Answer, opened


def list_packs(args: argparse.Namespace) -> Answer:
    """The pack that comes with the program, and those taken in."""
    with opened(args) as store:
        return _listed(store, args)


def _listed(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        found = packs.packs(unit)
    for one in found:
        signer = _("signed by {site}").format(site=one.signed_by) if one.signed_by else _("comes with the program")
        args.say("  ".join(filter(None, (one.id, one.title, signer, _("used for new plans") if one.in_use else ""))))
    return Answer({"packs": [asdict(one) for one in found]})


def show(args: argparse.Namespace) -> Answer:
    """The sections and parts of a pack, with the fields an entry of each part has."""
    with opened(args) as store, store.read() as unit:
        wanted = args.name or packs.pack_for_new_plans(unit)
        if not packs.has_pack(unit, wanted):
            raise NotFound(_("There is no template pack called {name} here. Nothing was changed.").format(name=wanted))
        pack = packs.pack_named(unit, wanted)
    sections = []
    for section in pack.everything:
        parts = []
        args.say(section.title[args.lang])
        for part in section.parts:
            has = list(ITEM_COLUMNS.get(part.kind, ()))
            parts.append({"part": part.key, "kind": part.kind, "required": part.required, "title": part.title,
                          "fields": has})  # fmt: skip
            args.say(f"  {part.key}  {part.kind}  {part.title[args.lang]}")
        sections.append({"key": section.key, "title": section.title, "page": section in pack.pages, "parts": parts})
    return Answer(_named(pack) | {"sections": sections})


def sign(args: argparse.Namespace) -> Answer:
    """Sign a pack with this site's key, so that other sites can take it in."""
    with opened(args) as store:
        pack = packs.sign_file(store, args.file, args.out)
    args.say(_("The pack {name} is signed, in {file}.").format(name=pack.id, file=args.out))
    return Answer(_named(pack) | {"file": str(args.out)})


def load(args: argparse.Namespace) -> Answer:
    """Take a signed pack in."""
    data = packs.read_file(args.file)
    with opened(args) as store, store.work("take_pack") as unit:
        pack = packs.take_pack(unit, data)
        known = next(one for one in packs.packs(unit) if one.id == pack.id)
    args.say(_("The pack {name} is here now. New plans use it once you say so.").format(name=pack.id))
    return Answer(_named(pack) | {"signed_by": known.signed_by})


def use(args: argparse.Namespace) -> Answer:
    """Begin new plans with that pack; plans that stand keep theirs."""
    with opened(args) as store:
        with store.work("use_pack") as unit:
            packs.use_pack(unit, args.name)
        return _listed(store, args)


def _named(pack: Pack) -> dict[str, object]:
    return {"id": pack.id, "name": pack.name, "version": pack.version, "title": pack.title}
