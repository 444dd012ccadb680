"""An office's records in PostgreSQL: moved there from the file, and a folder with keys for each worker."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..base.ids import Id
from ..base.problems import NotFound, Problem, Refused
from ..base.slots import KEY_FILE, WITH_SECOND
from ..base.words import _
from ..records.people import SiteKind
from ..store import Store, Unit, vault
from ..store.moving import move_records
from ..store.unlocking import discard, make_folder

# The driver costs a start forty milliseconds, and memory, so whatever needs it asks for it where it is needed.


def address_of(store: Store) -> str:
    """Where the records lie, without the password; ``""`` where they lie in the store's folder."""
    address = vault.unseal_database(store.slots, store.keys)
    if not address:
        return ""
    from ..store.postgres import checked_url

    return checked_url(address).set(drivername="postgresql").render_as_string()


def with_password(address: str, password: str) -> str:
    """The address that somebody typed in sight, with the password that she typed hidden. Raises ``Problem``."""
    if not address:
        return ""
    from ..store.postgres import checked_url

    url = checked_url(address)
    if url.password is not None:
        words = _("There is a password in this address, where everybody sees it. Type it in the line below instead.")
        raise Refused({"address": words})
    return url.set(password=password or None).render_as_string(hide_password=False)


def check_kind(kind: str, database: str) -> None:
    """Raise ``Problem`` where a facility would be given a database: its PC has no network, ever."""
    if database and kind != SiteKind.OFFICE:
        raise Problem(
            _(
                "Only an office can keep its records in PostgreSQL. Nothing was changed. "
                "A facility keeps them on its own PC."
            ),
            code="office-only",
        )


def move(store: Store, address: str) -> int:
    """Move all records from the file into an empty PostgreSQL database; how many rows are there, each compared.

    The file stays beside the keys under another name, as it was. Raises ``Problem``; the store is then as before.
    """
    store.only_administrators("move_records")
    check_kind(store.slots.kind, address)
    if store.slots.database:
        raise Problem(_("The records lie in PostgreSQL already. Nothing was changed."), code="moved")
    from ..store.postgres import checked_url

    url = checked_url(address)
    with store.work("move_records") as unit:
        unit.tell("site", store.site, to=url.render_as_string())
    return move_records(store, url.render_as_string(hide_password=False))


def folder_for(store: Store, name: str, folder: Path) -> None:
    """A folder with keys for one worker of this office, with a login of its own that sees what she may see.

    It opens with the passphrase she was given, and with no part of the recovery kit. Raises ``Problem``, and leaves
    the folder empty then.
    """
    store.only_administrators("move_records")
    if not store.slots.database:
        raise Problem(
            _("The records lie in this folder. Nothing was changed. Move them to PostgreSQL first."), code="not-moved"
        )
    slot = store.slots.user(name)
    if slot is None:
        raise NotFound(_("Nobody called {name} can unlock this store. Nothing was changed.").format(name=name))
    files = tuple(one for one in store.slots.seconds(slot.id) if one.kind == KEY_FILE)
    if slot.kind == WITH_SECOND and not files:  # a line would be used up in one folder and not in the other
        words = _("{name} has a sheet of words and no key file. Nothing was made. Make a key file for {name} first.")
        raise Problem(words.format(name=slot.name), code="second")
    from ..store.seats import add_login

    make_folder(folder)
    try:
        with store.work("make_folder") as unit:
            unit.tell("person", Id(slot.id))
            address = add_login(unit.connection, vault.unseal_database(store.slots, store.keys), Id(slot.id))
            hers = msgspec.structs.replace(store.slots, slots=(slot, *files))
            vault.write_slots(folder, vault.with_database(hers, store.keys, address))
    except BaseException:
        discard(folder)
        raise


def folder_ended(store: Store, name: str) -> str:
    """What to say after somebody got a passphrase anew or an open account again; "" where records lie in the folder."""
    if not store.slots.database:
        return ""
    words = _("If {name} had a folder for another PC, it opens no more. Make a new folder for {name}.")
    return words.format(name=name)


def close_account(unit: Unit, person: Id) -> None:
    """Whoever is gone gets into the database no more. Nothing where the records lie in the folder."""
    if unit.store.slots.database:
        from ..store.seats import close_login

        close_login(unit.connection, person)


def seat_again(unit: Unit, person: Id) -> None:
    """After another role or scope: the database shows that worker what it says. Nothing where there is no login."""
    if unit.store.slots.database:
        from ..store.seats import has_login, seat

        if has_login(unit.connection, person):
            seat(unit.connection, person)
