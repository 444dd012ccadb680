"""The people who may open this store."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa

from ..base.ids import Id, new_id
from ..base.problems import NotFound, Problem, Refused
from ..base.wordlist import word_list
from ..base.words import _
from ..records.access import scope_of
from ..records.people import Person, Role, Site, open_administrators
from ..store import Store, Unit, vault
from ..store.vault import signing_pair
from .database import close_account, seat_again


def new_slot(store: Store, person: Id, name: str, passphrase: str, seed: bytes) -> vault.Slot:
    """A key slot for one person of an open store."""
    keys = vault.Keys(store.keys.records, store.keys.identity, seed)
    return vault.new_user_slot(store.slots.store, person, name, passphrase, keys)


def add_user(
    store: Store,
    *,
    name: str,
    passphrase: str,
    role: str = Role.COORDINATOR,
    administrator: bool = False,
    **known: str,
) -> Id:
    """A new member of staff who can unlock this store; *known* are further fields of ``Person``.

    Raises ``Refused`` for a taken name or a weak passphrase.
    """
    vault.check_passphrase(passphrase, name)
    if any(slot.name.casefold() == name.casefold() for slot in store.slots.users()):
        raise Refused({"name": _("Somebody here has that sign-in name already.")})
    person = new_id()
    seed, public = signing_pair()
    with store.work("add_user") as unit:
        unit.create(
            Person, person, name=name, role=role, administrator=administrator, site=store.site, signing_key=public,
            **known,
        )  # fmt: skip
        unit.set_setting(f"one_time/{person}", "yes")
    slot = new_slot(store, person, name, passphrase, seed)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*store.slots.slots, slot)))
    return person


def one_time_passphrase() -> str:
    """Five words to hand over on paper once; the new user chooses her own afterwards."""
    return " ".join(secrets.choice(word_list()) for _word in range(5))


def change_passphrase(store: Store, name: str, old: str, new: str) -> None:
    """Change one's own passphrase: one slot is sealed anew, nothing is encrypted again. Raises ``Problem``."""
    vault.check_passphrase(new, name)
    slot, keys = vault.open_user(store.slots, name, old)
    fresh = vault.new_user_slot(store.slots.store, Id(slot.id), slot.name, new, keys)
    with store.work("change_own_passphrase") as unit:
        unit.tell("person", Id(slot.id))
        unit.set_setting(f"one_time/{slot.id}", "")
    others = tuple(s for s in store.slots.slots if s.id != slot.id)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*others, fresh)))


def reset_passphrase(store: Store, name: str, passphrase: str) -> None:
    """An administrator gives somebody a one-time passphrase. Her signing key is made anew."""
    if not store.who.administrator:
        raise Problem(_("Only an administrator may do this. Nothing was changed."), code="not-allowed")
    vault.check_passphrase(passphrase, name)
    slot = _slot(store, name)
    seed, public = signing_pair()
    with store.work("reset_passphrase") as unit:
        unit.revise(Person, Id(slot.id), signing_key=public)
        unit.tell("person", Id(slot.id))
        unit.set_setting(f"one_time/{slot.id}", "yes")
    fresh = new_slot(store, Id(slot.id), slot.name, passphrase, seed)
    others = tuple(s for s in store.slots.slots if s.id != slot.id)
    store.save_slots(msgspec.structs.replace(store.slots, slots=(*others, fresh)))


def disable_user(store: Store, name: str) -> None:
    """Close an account: its slot goes, so the passphrase opens nothing. Never the last administrator's."""
    slot = _slot(store, name)
    with store.work("disable_user") as unit:
        person = unit.get(Person, Id(slot.id))
        refuse_the_last(unit, person)
        unit.revise(Person, person.id, disabled_on=unit.today())
        close_account(unit, Id(slot.id))
    others = tuple(s for s in store.slots.slots if s.id != slot.id)
    store.save_slots(msgspec.structs.replace(store.slots, slots=others))


def set_role(unit: Unit, /, name: str, **values: Any) -> None:
    """Give somebody another ``role``, ``scope``, ``team``, or make an ``administrator`` of her or no longer one.

    It counts from the next unlock on. Raises ``Problem`` for the last administrator.
    """
    person = _person(unit, name)
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
    unit.revise(Person, _person(unit, name).id, saves_open=on)


def set_copies_out(unit: Unit, name: str, *, on: bool) -> None:
    """Let somebody copy records out into a file that is not locked, or no longer. An administrator says so."""
    unit.revise(Person, _person(unit, name).id, copies_out=on)


def has_one_time(unit: Unit) -> bool:
    """Whether whoever is at the desk still has the passphrase somebody else gave her."""
    return unit.setting(f"one_time/{unit.store.who.id}") == "yes"


def set_site(unit: Unit, /, **values: Any) -> bool:
    """Change the site's own values. Raises ``Problem`` for anybody but an administrator."""
    return unit.revise(Site, unit.store.site, **values)


def users(unit: Unit, site: Id = Id("")) -> list[dict[str, Any]]:
    """Everybody who has or had an account here, or at *site*, as far as its bundles told."""
    found = unit.all(sa.select(Person).where(Person.site == (site or unit.store.site)).order_by(Person.name))
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
        }
        for p in found
    ]


def administrators(unit: Unit, site: Id = Id("")) -> list[Person]:
    """The administrators of this site, or of *site*, whose accounts are open."""
    return list(unit.all(open_administrators(site or unit.store.site)))


def _person(unit: Unit, name: str) -> Person:
    """Who has that sign-in name at this site; bundles bring the people of others. Raises ``NotFound``."""
    mine = (Person.site == unit.store.site, sa.func.lower(Person.name) == name.lower())
    person = unit.first(sa.select(Person).where(*mine))
    if person is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    return person  # type: ignore[no-any-return]


def _slot(store: Store, name: str) -> vault.Slot:
    slot = next((s for s in store.slots.users() if s.name.casefold() == name.casefold()), None)
    if slot is None:
        raise NotFound(_("There is no user of that name in this store. Nothing was changed."))
    return slot
