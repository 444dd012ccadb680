"""The people who may open this store."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base import tries
from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem, Refused
from ..base.slots import WITH_SECOND
from ..base.wordlist import word_list
from ..base.words import _
from ..records.access import scope_of
from ..records.people import Person, Role, Site, open_administrators
from ..store import Store, Unit, accounts, vault
from ..store.vault import signing_pair
from .database import close_account, seat_again


def new_slot(store: Store, person: Id, name: str, passphrase: str, seed: bytes) -> vault.Slot:
    """A key slot for one person of an open store, which the passphrase alone opens."""
    keys = vault.Keys(store.keys.records, store.keys.identity, seed)
    return vault.new_user_slot(store.slots.store, person, name, passphrase, keys)


def check_passphrase(store: Store, passphrase: str, *names: str) -> None:
    """Raise ``Refused`` where it is too short or easily guessed by somebody who knows *names* and this site."""
    with store.read() as unit:
        site = unit.get(Site, store.site)
    vault.check_passphrase(passphrase, *names, site.name, site.code)


def add_user(
    store: Store,
    *,
    name: str,
    passphrase: str,
    role: str = Role.COORDINATOR,
    administrator: bool = False,
    slip: bool = False,
    **known: Any,
) -> Id:
    """A new member of staff who can unlock this store; *known* are further fields of ``Person``.

    With *slip* the program made the passphrase for a slip: it opens nothing but the choice of another one. Raises
    ``Refused`` for a taken name or a weak passphrase.
    """
    with store.read() as unit:
        check_volunteer(unit, role)
        check_dates(unit, role, known.get("clearance_until"), known.get("prea_until"))
    check_passphrase(store, passphrase, name, known.get("full_name", ""))
    if store.slots.user(name) is not None:
        raise Refused({"name": _("Somebody here has that sign-in name already.")})
    person = new_id()
    seed, public = signing_pair()
    with store.work("add_user") as unit:
        unit.create(
            Person, person, name=name, role=role, administrator=administrator, site=store.site, signing_key=public,
            **known,
        )  # fmt: skip
        _give(unit, person, slip=slip)
    slot = new_slot(store, person, name, passphrase, seed)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.slots, slot)))
    return person


def _give(unit: Unit, person: Id, *, slip: bool) -> None:
    """Her passphrase was given to her. From today on it counts how long nobody uses the account."""
    unit.set_setting(accounts.ONE_TIME.format(person), "slip" if slip else "yes")
    unit.set_setting(accounts.SEEN.format(person), unit.setting(accounts.DAYS_OPEN, "0 ").partition(" ")[0])


def check_dates(unit: Unit, role: str, clearance: dt.date | None, prea: dt.date | None) -> None:
    """Raise ``Refused``: a volunteer from outside has an account only for as long as she is cleared and trained."""
    if role != Role.VOLUNTEER:
        return
    until = {"clearance_until": clearance, "prea_until": prea}
    if None in until.values():
        words = _("A volunteer needs this date: on it the account closes by itself.")
        sentence = _(
            "A volunteer needs two dates: until when she is cleared, and until when she has PREA training. "
            "Nothing was changed."
        )
        raise Refused({key: words for key, value in until.items() if value is None}, sentence)
    words = _("This day is past, so the account would close at once. Nothing was changed. Give a later one.")
    if past := {key: words for key, value in until.items() if value is not None and value < unit.today()}:
        raise Refused(past)


def check_volunteer(unit: Unit, role: str) -> None:
    """Raise ``Refused``: volunteers have accounts where the site says so."""
    if role == Role.VOLUNTEER and not unit.get(Site, unit.store.site).volunteers:
        raise no_volunteers()


def no_volunteers() -> Refused:
    """What to tell where the site has no accounts for volunteers."""
    words = _(
        "This site has no accounts for volunteers. Nothing was changed. "
        "An administrator may allow them under Settings, This site."
    )
    return Refused({"role": words})


def one_time_passphrase() -> str:
    """Five words to hand over on paper once; the new user chooses her own afterwards."""
    return " ".join(secrets.choice(word_list()) for _word in range(5))


def change_passphrase(store: Store, old: str, new: str) -> None:
    """Change one's own passphrase: one slot is sealed anew, nothing is encrypted again. Raises ``Problem``."""
    with store.read() as unit:
        me = unit.get(Person, store.who.id)
    check_passphrase(store, new, me.name, me.full_name)
    store.prove(old)
    fresh = vault.new_user_slot(store.slots.store, me.id, me.name, new, store.keys)
    with store.work("change_own_passphrase") as unit:
        unit.tell("person", me.id)
        unit.set_setting(accounts.ONE_TIME.format(me.id), "")
    others = tuple(s for s in store.slots.slots if s.id != me.id)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*others, fresh)))
    store.sign_in(me.id)


def changed_words(store: Store) -> str:
    """What holds after ``change_passphrase``: this folder's slot is new, and every copy of the old one still opens."""
    words = _(
        "Your passphrase is changed. The old one no longer opens your account here. "
        "Backups made before still open with it."
    )
    if store.slots.database:
        words += " " + _("So does a folder with your keys on another PC, if there is one: change it there too.")
    return words


def reset_passphrase(store: Store, name: str, passphrase: str, *, slip: bool = False) -> None:
    """An administrator gives somebody a one-time passphrase; her second proof, if she had one, ends with it.

    Her signing key is made anew, and an account that was locked is open again.
    """
    store.only_administrators("reset_passphrase")
    vault.check_passphrase(passphrase, name)
    with store.read() as unit:
        person = person_named(unit, name)  # after a key file came from a backup she may have no slot
    if person.disabled_on is not None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    give_passphrase(store, person, passphrase, "reset_passphrase", slip=slip)


def give_passphrase(store: Store, person: Person, passphrase: str, act: str, *, slip: bool) -> None:
    """*person* has a new slot, for a passphrase that works once; the old one, and every second proof, are gone."""
    store.may(act)
    check_passphrase(store, passphrase, person.name, person.full_name)
    seed, public = signing_pair()
    with store.work(act) as unit:
        unit.revise(Person, person.id, signing_key=public, disabled_on=None)
        unit.tell("person", person.id)
        _give(unit, person.id, slip=slip)
        close_account(unit, person.id)  # a folder of hers has the old passphrase and the old signing key: none counts
    fresh = new_slot(store, person.id, person.name, passphrase, seed)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.without(person.id), fresh)))
    tries.release(store.folder, person.id)


def disable_user(store: Store, name: str) -> None:
    """Close an account: its slot goes, so the passphrase opens nothing. Never the last administrator's."""
    slot = _slot(store, name)
    with store.work("disable_user") as unit:
        person = unit.get(Person, Id(slot.id))
        refuse_the_last(unit, person)
        unit.revise(Person, person.id, disabled_on=unit.today())
        close_account(unit, Id(slot.id))
    store.save_slots(msgspec.structs.replace(store.slots, slots=store.slots.without(slot.id)))


def set_role(unit: Unit, /, name: str, **values: Any) -> None:
    """Give somebody another ``role``, ``scope``, ``team``, or make an ``administrator`` of her or no longer one.

    It counts from the next unlock on. Raises ``Problem`` for the last administrator, and ``Refused`` for a volunteer
    without her two dates, or where one is past.
    """
    person = person_named(unit, name)
    if "role" in values:
        check_volunteer(unit, values["role"])
        until = {key: values.get(key) or getattr(person, key) for key in ("clearance_until", "prea_until")}
        check_dates(unit, values["role"], *until.values())
    if values.get("administrator") is False:
        refuse_the_last(unit, person)
    unit.revise(Person, person.id, **values)
    seat_again(unit, person.id)


def refuse_the_last(unit: Unit, person: Person) -> None:
    """Raise ``Problem`` where nobody could administer the store without *person*."""
    if person.administrator and not [other for other in administrators(unit) if other.id != person.id]:
        raise Problem(_("This is the last administrator. Name another one first. Nothing was changed."), code="last")


def set_saves_open(unit: Unit, name: str, *, on: bool) -> None:
    """Let somebody save prints without a passphrase, or no longer. An administrator says so."""
    unit.revise(Person, person_named(unit, name).id, saves_open=on)


def set_copies_out(unit: Unit, name: str, *, on: bool) -> None:
    """Let somebody copy records out into a file that is not locked, or no longer. An administrator says so."""
    unit.revise(Person, person_named(unit, name).id, copies_out=on)


def has_one_time(unit: Unit) -> bool:
    """Whether whoever is at the desk still has the passphrase somebody else gave her."""
    return bool(unit.setting(accounts.ONE_TIME.format(unit.store.who.id)))


def set_site(unit: Unit, /, **values: Any) -> bool:
    """Change the site's own values. Raises ``Problem`` for anybody but an administrator."""
    return unit.revise(Site, unit.store.site, **values)


def has_not_come(unit: Unit, person: Id) -> bool:
    """Whether *person* has not chosen a passphrase of her own yet: the one she was given may be lost.

    The one in a sealed envelope is kept as it is.
    """
    return bool(unit.setting(accounts.ONE_TIME.format(person))) and person != unit.setting(accounts.SLIP)


def users(unit: Unit, site: Id = Id("")) -> list[dict[str, Any]]:
    """Everybody who has or had an account here, or at *site*, as far as its bundles told."""
    found = unit.all(sa.select(Person).where(Person.site == (site or unit.store.site)).order_by(Person.name))
    shut = tries.read(unit.store.folder).locked
    proved = {slot.id for slot in unit.store.slots.users() if slot.kind == WITH_SECOND}
    return [
        {
            "id": p.id,
            "name": p.name,
            "full_name": p.full_name,
            "credential": p.credential,
            "role": str(p.role),
            "scope": scope_of(p.role, p.scope),
            "team": p.team,
            "administrator": p.administrator,
            "saves_open": p.saves_open,
            "copies_out": p.copies_out,
            "disabled_on": p.disabled_on,
            "closed_why": unit.setting(accounts.WHY.format(p.id)) if p.disabled_on else "",
            "clearance_until": p.clearance_until,
            "prea_until": p.prea_until,
            "locked": p.id in shut,
            "second": p.id in proved,
            "one_time": p.disabled_on is None and has_not_come(unit, p.id),
        }
        for p in found
    ]


def administrators(unit: Unit, site: Id = Id("")) -> list[Person]:
    """The administrators of this site, or of *site*, whose accounts are open."""
    return list(unit.all(open_administrators(site or unit.store.site)))


def person_named(unit: Unit, name: str) -> Person:
    """Who has that sign-in name at this site; bundles bring the people of others. Raises ``NotFound``."""
    mine = (Person.site == unit.store.site, sa.func.lower(Person.name) == name.lower())
    # A name is free again once its account is closed: the open one is meant.
    found = sa.select(Person).where(*mine).order_by(Person.disabled_on.is_not(None), Person.disabled_on.desc())
    person = unit.first(found)
    if person is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    return person  # type: ignore[no-any-return]


def _slot(store: Store, name: str) -> vault.Slot:
    slot = store.slots.user(name)
    if slot is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    return slot
