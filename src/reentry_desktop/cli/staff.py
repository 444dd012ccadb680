"""The people who may open a store."""

from __future__ import annotations

import argparse
import dataclasses

from ..actions import accounts, database, slips, staff, staff_elsewhere
from ..actions.roles import matrix
from ..base.words import _
from ..store import Store
from .answers import Answer, hear, opened, passphrase, unlocked, write_file


def _users(store: Store, args: argparse.Namespace, site: str = "") -> Answer:
    with store.read() as unit:
        found = staff_elsewhere.users_there(unit, site) if site else staff.users(unit)
    for user in found:
        state = _("closed on {day}").format(day=user["disabled_on"]) if user["disabled_on"] else ""
        why = _("locked") if user["locked"] else accounts.why_closed(user["closed_why"])
        power = _("administrator") if user["administrator"] else ""
        saving = _("may save without a passphrase") if user["saves_open"] else ""
        copying = _("may copy records out") if user["copies_out"] else ""
        once = _("one-time passphrase not used yet") if user["one_time"] else ""
        told = (user["name"], user["full_name"], user["role"], power, saving, copying, once, state, why)
        args.say("  ".join(filter(None, told)))
    return Answer({"users": found})


def list_users(args: argparse.Namespace) -> Answer:
    """Everybody who has or had an account; of another site, whom its bundles told of."""
    with opened(args) as store:
        return _users(store, args, args.site)


def add(args: argparse.Namespace) -> Answer:
    """A new user."""
    with opened(args) as store:
        said = _new(args, args.name)
        staff.add_user(
            store, name=args.name, passphrase=said, full_name=args.full_name,
            credential=args.credential, role=args.role, scope=args.scope, team=args.team,
            administrator=args.administrator, clearance_until=args.clearance_until, prea_until=args.prea_until,
            slip=bool(args.slip),
        )  # fmt: skip
        _print_slip(store, args, said)
        return _users(store, args)


def new_passphrase(args: argparse.Namespace) -> Answer:
    """One's own passphrase, or as administrator another's."""
    name = args.name or args.user
    old = passphrase(args)
    with unlocked(args, old) as store:
        if name.casefold() == store.who.name.casefold():
            staff.change_passphrase(store, old, _new(args, name))
            args.say(staff.changed_words(store))
        else:
            said = _new(args, name)
            staff.reset_passphrase(store, name, said, slip=bool(args.slip))
            _given(store, args, said)
        return _users(store, args)


def disable(args: argparse.Namespace) -> Answer:
    """Close an account; an office also one of a facility, where the next bundle tells it."""
    with opened(args) as store:
        if not args.site:
            staff.disable_user(store, args.name)
            return _users(store, args)
        with store.work("close_there") as unit:
            staff_elsewhere.close_there(unit, args.site, args.name)
        args.say(_("Closed. The next bundle tells {site}.").format(site=args.site))
        return _users(store, args, args.site)


def enable(args: argparse.Namespace) -> Answer:
    """Open an account again that was closed here; an office also one of a facility that it closed."""
    with opened(args) as store:
        if not args.site:
            said = _new(args, args.name)
            accounts.open_again(store, args.name, said, slip=bool(args.slip))
            _given(store, args, said)
            return _users(store, args)
        with store.work("open_there") as unit:
            staff_elsewhere.open_there(unit, args.site, args.name)
        args.say(_("Open again. The next bundle tells {site}.").format(site=args.site))
        return _users(store, args, args.site)


def slip(args: argparse.Namespace) -> Answer:
    """The one-time passphrase of the emergency administrator, for a sealed envelope."""
    with opened(args) as store:
        words = slips.make(store)
        with store.read() as unit:
            name = slips.name_on(unit)
        if args.out is not None:
            write_file(args.out, slips.sheet(store, words))
        with store.work("seal_slip") as unit:
            slips.seal_slip(unit)
    args.say(_("For {name}, to be used once; it is not shown again:").format(name=name))
    args.say(words)
    args.say(_("Put it in an envelope, and sign across the flap. Its use is told to everybody."))
    return Answer({"name": name, "words": words, "file": str(args.out) if args.out else ""})


def role(args: argparse.Namespace) -> Answer:
    """Give a user another role."""
    with opened(args) as store:
        with store.work("set_role") as unit:
            given = {
                "scope": args.scope, "team": args.team,
                "clearance_until": args.clearance_until, "prea_until": args.prea_until,
            }  # fmt: skip
            values = {key: value for key, value in given.items() if value is not None}
            if args.administrator:
                values["administrator"] = args.administrator == "yes"
            staff.set_role(unit, args.name, role=args.role, **values)
        return _users(store, args)


def roles(args: argparse.Namespace) -> Answer:
    """Who may do what; needs no store."""
    said = matrix()
    for one in said:
        args.say(one.name)
        lines = [one.whose, *one.may, *one.all_women_only]
        for line in filter(None, lines):
            args.say(f"  {line}")
        if one.hidden:
            args.say("  " + _("Does not see: {parts}").format(parts=", ".join(one.hidden)))
    return Answer({"roles": [dataclasses.asdict(one) for one in said]})


def saves_open(args: argparse.Namespace) -> Answer:
    """Say whether somebody may save prints without a passphrase."""
    with opened(args) as store:
        with store.work("set_saves_open") as unit:
            staff.set_saves_open(unit, args.name, on=args.answer == "yes")
        return _users(store, args)


def copies_out(args: argparse.Namespace) -> Answer:
    """Say whether somebody may copy records out into a file."""
    with opened(args) as store:
        with store.work("set_copies_out") as unit:
            staff.set_copies_out(unit, args.name, on=args.answer == "yes")
        return _users(store, args)


def _new(args: argparse.Namespace, name: str) -> str:
    """A new passphrase: typed, from a file, or made here for a slip."""
    if args.slip:
        return staff.one_time_passphrase()
    return hear(args.new_passphrase_file, _("New passphrase of {name}: ").format(name=name), twice=True)


def _given(store: Store, args: argparse.Namespace, said: str) -> None:
    """Somebody whom others knew here got a new passphrase: a slip, and that what she had elsewhere has ended."""
    _print_slip(store, args, said)
    if ended := database.folder_ended(store, args.name):
        args.say(ended)


def _print_slip(store: Store, args: argparse.Namespace, said: str) -> None:
    """The passphrase on a slip, where one was asked for; it stands nowhere else and is not made again."""
    if args.slip:
        write_file(args.slip, accounts.slip(store, args.name, said).data)
        args.say(_("The slip is {file}. Print it, hand it over, then delete the file.").format(file=args.slip))
