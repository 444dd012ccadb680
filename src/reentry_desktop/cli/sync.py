"""Cards and bundles."""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..actions import aside_words, keys, recalling, sync, trust, waiting
from ..actions.sites import clock_ahead, how_old, pc_words, silent_words, site_states, stays_because
from ..base.ids import Id, show_device
from ..base.problems import Problem
from ..base.words import N_, _, ngettext
from ..bundle import read_card
from ..exchange import identity, incoming, looking, succeeding
from ..exchange.incoming import Taken
from ..records.local import SetAside
from .answers import FAILED, PARTLY, USAGE, Answer, as_values, opened, read_file, typed_id, write_file

STATES = {
    incoming.APPLIED: N_("taken in"),
    incoming.ALREADY: N_("already here"),
    incoming.WAITING: N_("waits for an earlier one"),
    incoming.SET_ASIDE: N_("set aside"),
}


def card_export(args: argparse.Namespace) -> Answer:
    """This site's public card, or that of another one which lost its own; and its twelve words."""
    with opened(args) as store:
        card = sync.save_card(store, args.out, args.of)
        sha256 = hashlib.sha256(read_file(args.out)).hexdigest()
        device = show_device(store.device)
        if args.sheet:
            write_file(args.sheet, sync.card_sheet(store))
    words = " ".join(card.fingerprint)
    said = _("The card of {site} is in {file}. Read these twelve words to the other site:")
    if args.of:
        said = _("The card of {site} is in {file}. With it that site starts again. Its twelve words:")
    args.say(said.format(site=card.name, file=args.out))
    args.say(words)
    return Answer(
        {"site": card.name, "device": device, "fingerprint": words, "site_id": card.site, "file": str(args.out),
         "sha256": sha256}
    )  # fmt: skip


def card_trust(args: argparse.Namespace) -> Answer:
    """Trust another site's card, if its words match."""
    data = read_file(args.file)
    with opened(args) as store:
        card = identity.check_card(store, data)
        with store.work("trust_card") as unit:
            if not succeeding.take_card(unit, card, data):
                identity.trust(unit, card, data, args.fingerprint, new_keys=args.new_keys)
        device = show_device(store.device)  # a card is a site's; the PC that trusts it is this one
    args.say(_("The card of {site} is trusted here from now on.").format(site=card.name))
    return Answer(
        {"site": card.name, "device": device, "site_id": card.site, "fingerprint": " ".join(card.fingerprint)}
    )


def card_renew(args: argparse.Namespace) -> Answer:
    """New keys for this site; the old ones vouch for them."""
    with opened(args) as store:
        succeeding.renew(store)
        words = " ".join(identity.own_card(store)[0].fingerprint)
    args.say(_("This site has new keys. The next bundles tell the other sites. Its twelve words are now:"))
    args.say(words)
    return Answer({"fingerprint": words})


def card_drop_old(args: argparse.Namespace) -> Answer:
    """Let go of the keys before."""
    with opened(args) as store:
        with store.read() as unit:
            known = keys.state(unit)
        dropped = succeeding.drop_old(store, now=True)
    if known.told_words:
        args.say(known.told_words)
    args.say(_("The keys before are gone.") if dropped else _("This site has no keys of before."))
    return Answer({"dropped": dropped, "not_told": list(known.not_told)})


def card_revoke(args: argparse.Namespace) -> Answer:
    """Believe nothing any more that comes from a PC, or from a whole site."""
    with opened(args) as store, store.work("revoke") as unit:
        made = trust.revoke(unit, args.site, args.device, args.why, args.on)
    args.say(_("Revoked. The next bundles tell the other sites."))
    return Answer({"revocation": made, "site": args.site, "device": args.device or None})


def card_trust_again(args: argparse.Namespace) -> Answer:
    """Take a revocation back."""
    with opened(args) as store, store.work("trust_again") as unit:
        trust.trust_again(unit, typed_id(args.revocation))
    args.say(_("What comes from there is believed again."))
    return Answer({"revocation": args.revocation})


def card_list(args: argparse.Namespace) -> Answer:
    """Every site with its PCs, and what was revoked."""
    with opened(args) as store, store.read() as unit:
        found = trust.site_pcs(unit)
        data = [
            {
                "site": site.name, "site_id": site.site,
                "pcs": [
                    {"device": pc.device, "last_bundle": pc.came or None, "this_one": pc.here,
                     "revoked": as_values(pc.revoked) if pc.revoked else None}
                    for pc in site.pcs
                ],
            }
            for site in found
        ]  # fmt: skip
    for site in found:
        args.say(site.name)
        for pc in site.pcs:
            said = (
                _("revoked on {day}: {why}").format(day=pc.revoked.revoked_on, why=pc.revoked.why) if pc.revoked else ""
            )
            args.say("  " + "  ".join(filter(None, (pc.device, _("this PC") if pc.here else "", said))))
    return Answer({"sites": data})


def bundle_export(args: argparse.Namespace) -> Answer:
    """Write one bundle, read back and compared; as a trial only say what would go and what would stay, and why."""
    if args.out is None and not args.dry_run:
        return Answer(code=USAGE, sentence=_("Say where the bundle goes, with --out. Nothing was changed."))
    with opened(args) as store:
        if args.dry_run:
            with store.read() as unit:
                return _previewed(args, sync.preview(unit, args.to))
        sent = sync.send(store, args.to, args.out)
    args.say(_("Bundle {number} for {site} is in {file}.").format(number=sent.number, site=sent.to, file=sent.file))
    args.say(
        _("{changes} in {records}. What stays here: {held}.").format(
            changes=_changes(sent.changes), records=_records(sent.records), held=_changes(sent.held_back)
        )
    )
    _say_sealed(args, sent)
    if sent.backup:
        args.say(_("This site's sealed backup goes along, for the office to keep."))
    if sent.no_backup:
        args.say(sent.no_backup)
    return Answer(
        {"file": str(sent.file), "bundle": sent.file.stem, "number": sent.number, "changes": sent.changes,
         "records": sent.records, "held_back": sent.held_back, "bytes": sent.bytes, "sha256": sent.sha256,
         "to": sent.to, "sealed_for": list(sent.sealed_for), "backup_bytes": sent.backup,
         "no_backup": sent.no_backup or None, "sealed_stays": list(sent.sealed_stays)}
    )  # fmt: skip


def _previewed(args: argparse.Namespace, would: sync.Preview) -> Answer:
    held = sum(one.changes for one in would.held_back)
    reasons: dict[str, dict[str, Any]] = {}
    for one in would.held_back:
        reason = reasons.setdefault(one.why, {"code": one.why, "reason": one.reason, "changes": 0, "participants": 0})
        reason["changes"] += one.changes
        reason["participants"] += 1
    args.say(_("A trial: nothing was changed."))
    args.say(_("Bundle {number} for {site}.").format(number=would.number, site=would.site))
    args.say(
        _("{changes} in {records}. What stays here: {held}.").format(
            changes=_changes(would.changes), records=_records(would.records), held=_changes(held)
        )
    )
    for reason in reasons.values():
        words = ngettext("{changes} of {n} woman: {why}", "{changes} of {n} women: {why}", reason["participants"])
        said = words.format(changes=_changes(reason["changes"]), n=reason["participants"], why=reason["reason"])
        args.say(f"  {said}")
    for one in would.held_back:
        name = one.name or _("a woman who is not known here")
        said = _("{name}: {changes}. {why}").format(name=name, changes=_changes(one.changes), why=one.reason)
        args.say(f"    {said}")
    _say_sealed(args, would)
    if would.backup:
        args.say(_("This site's sealed backup goes along, for the office to keep."))
    women = [{"name": one.name, "changes": one.changes, "code": one.why, "reason": one.reason}
             for one in would.held_back]  # fmt: skip
    return Answer(
        {"file": None, "bundle": None, "number": would.number, "changes": would.changes, "records": would.records,
         "held_back": held, "bytes": None, "sha256": None, "to": would.site, "sealed_for": list(would.sealed_for),
         "sealed_stays": list(would.sealed_stays), "backup": would.backup, "stays": list(reasons.values()),
         "stays_of": women, "dry_run": True}
    )  # fmt: skip


def _say_sealed(args: argparse.Namespace, what: sync.Sent | sync.Preview) -> None:
    for site in what.sealed_for:
        args.say(_("A sealed file for {site} goes along.").format(site=site))
    for site in what.sealed_stays:
        args.say(_("A sealed file for {site} stays here: {site} is not trusted any more.").format(site=site))


def bundle_inspect(args: argparse.Namespace) -> Answer:
    """What can be known of a bundle before importing it."""
    cards = [read_card(read_file(path)) for path in args.card]
    if args.store is not None:
        if not args.user:
            raise Problem(_("Say who opens the store, with --user. Nothing was changed."), code="user")
        with opened(args) as store:
            found = looking.look(args.file, cards, store)
    else:
        found = looking.look(args.file, cards)
    names = dict(found.names)

    def named(site: Id) -> str:
        """Its name; of one that is not known here the first digits of its id, as they stand in a file's name."""
        return names.get(site) or _("a site not known here ({id}…)").format(id=site[:8])

    data: dict[str, Any] = {
        "file": str(args.file), "from": named(found.sender) if found.sender else None,
        "to": [named(site) for site in found.to], "number": found.number or None,
        "signed": found.signed, "can_open": found.can_open, "problems": [p.sentence for p in found.problems],
        "codes": [p.code for p in found.problems], "from_site": found.sender, "to_sites": list(found.to),
        "device": show_device(found.device) if found.device else None, "bytes": found.bytes or None,
    }  # fmt: skip
    if found.number:
        args.say(_("Bundle {number} from {sender}").format(number=found.number, sender=data["from"]))
        args.say(_("To: {sites}").format(sites=", ".join(data["to"])))
        known = {True: _("yes"), False: _("no"), None: _("not known")}
        args.say(_("Signed by its site: {answer}").format(answer=known[found.signed]))
        args.say(_("Can be opened here: {answer}").format(answer=known[found.can_open]))
    if found.problems:
        return Answer(data, FAILED, found.problems[0].sentence)
    return Answer(data)


def bundle_import(args: argparse.Namespace) -> Answer:
    """Take bundles in, each whole or not at all."""
    with opened(args) as store:
        taken = sync.take_in(store, args.files, trial=args.dry_run)
        with store.read() as unit:
            ahead = [clock_ahead(unit, one.sender, one.made) for one in taken]
    if args.dry_run:
        args.say(_("A trial: nothing was changed."))
    for one, clock in zip(taken, ahead, strict=True):
        number = _("number {n}").format(n=one.number) if one.name and one.number else ""
        state = _("not taken in") if one.is_dropped else _(STATES[one.status])
        args.say(f"{', '.join(filter(None, (one.name or one.file, number)))}: {state}")
        if clock is not None:
            args.say("  " + clock.words())
        if one.status == incoming.APPLIED:
            words = _("{changes} in {records}")
            args.say("  " + words.format(changes=_changes(one.changes), records=_records(one.records)))
            if one.conflicts:
                words = ngettext(
                    "{n} record has two versions now. Both are kept; “conflicts list” shows them.",
                    "{n} records have two versions now. Both are kept; “conflicts list” shows them.", one.conflicts,
                )  # fmt: skip
                args.say("  " + words.format(n=one.conflicts))
            if one.own:
                words = ngettext(
                    "{n} change came back that another PC of this site had written.",
                    "{n} changes came back that other PCs of this site had written.", one.own,
                )  # fmt: skip
                args.say("  " + words.format(n=one.own))
            if one.new_keys:
                args.say("  " + _("{site} has new keys. They are believed from now on.").format(site=one.sender))
            if one.backup:
                args.say("  " + _("Its sealed backup is kept here."))
            if one.waiting:
                args.say("  " + waiting.count_words(one.waiting))
            if one.late:
                args.say("  " + recalling.late_words(one.late))
        if one.reason:
            args.say(f"  {one.reason}")
    files = [_taken(one) | {"clock": clock.words() if clock else None} for one, clock in zip(taken, ahead, strict=True)]
    data = {"files": files, "dry_run": args.dry_run}
    aside = [one for one in taken if one.status == incoming.SET_ASIDE]
    if not aside:
        return Answer(data)
    if len(aside) == len(taken):
        return Answer(data, FAILED, aside[0].reason)
    words = ngettext(
        "{n} of {all} files cannot be taken in; why is said above.",
        "{n} of {all} files cannot be taken in; why is said above.",
        len(aside),
    )
    said = words.format(n=len(aside), all=len(taken))
    if not args.dry_run and any(not one.is_dropped for one in aside):
        said += " " + _("What can be tried again is kept: “bundle aside” lists it.")
    return Answer(data, PARTLY, said)


def _changes(n: int) -> str:
    return ngettext("{n} change", "{n} changes", n).format(n=n)


def _records(n: int) -> str:
    return ngettext("{n} record", "{n} records", n).format(n=n)


def _taken(one: incoming.Taken) -> dict[str, Any]:
    return {
        "file": one.file, "name": one.name or Path(one.file).name, "status": one.status, "reason": one.reason,
        "changes": one.changes, "records": one.records,
        "conflicts": one.conflicts, "waiting": one.waiting, "participants": one.women, "from": one.sender or None,
        "number": one.number or None, "made": one.made or None, "sealed": one.sealed, "own": one.own,
        "backup": one.backup, "new_keys": one.new_keys, "late": one.late,
    }  # fmt: skip


def bundle_receipt(args: argparse.Namespace) -> Answer:
    """The code that confirms the newest bundle of a site's PC, to be read out by phone."""
    with opened(args) as store, store.work("receipt_by_phone") as unit:
        number, code = sync.phone_code(unit, args.site, args.pc)
        pcs = sync.pcs_heard(unit, args.site)
        unit.tell("site", number=number)
    pc = args.pc.strip().upper() or pcs[0]
    args.say(_("Read this code to {site}. It confirms their bundle {n}: {code}").format(
        site=args.site, n=number, code=code))  # fmt: skip
    if len(pcs) > 1:
        args.say(_("It is for their PC {device}. For another one: --pc, with one of {others}").format(
            device=pc, others=", ".join(pcs)))  # fmt: skip
    return Answer({"site": args.site, "pc": pc, "number": number, "code": code, "pcs": pcs})


def bundle_confirm(args: argparse.Namespace) -> Answer:
    """Take in a code that a site read out."""
    with opened(args) as store, store.work("receipt_by_phone") as unit:
        number = sync.receipt_by_phone(unit, args.site, args.code)
    args.say(_("{site} has bundle {n} and all before it.").format(site=args.site, n=number))
    return Answer({"site": args.site, "number": number})


def bundle_aside(args: argparse.Namespace) -> Answer:
    """What was set aside and what waits; try files again, look inside, let one go, or write a report for support."""
    tried: list[Taken] = []
    inside: Taken | None = None
    went = ""
    with opened(args) as store:
        if args.look:
            inside = sync.look_inside(store, args.look)
        if args.drop:
            went = sync.let_go(store, args.drop)
        if args.again:
            tried = sync.try_again(store)
        with store.read() as unit:
            files, report, held = sync.set_aside(unit), sync.support_report(unit), waiting.held(unit)
            told = [_aside(file) | {"from": aside_words.from_whom(unit, file) or None} for file in files]
    if args.report:
        write_file(args.report, report.encode())
    if inside is not None:
        words = _("It holds {changes} changes in {records} records, about {women} women. Nothing was read in.")
        holds = words.format(changes=inside.changes, records=inside.records, women=inside.women)
        args.say(holds if inside.status == incoming.APPLIED else inside.reason)
        for line in aside_words.inside(inside):
            args.say("  " + line)
    if went:
        args.say(_("The file is gone from this PC.") + " " + went)
    for file, values in zip(files, told, strict=True):
        args.say(f"{file.file_name}: {_(STATES[file.status])}, {file.at}")
        args.say("  " + " ".join(filter(None, (values["from"] and values["from"] + ".", values["reason"]))))
        args.say("  " + file.sha256)
    if not files:
        args.say(_("Nothing is set aside."))
    if held:
        args.say(_("Entries that wait:"))
    for one in held:
        args.say("  " + "  ".join(filter(None, (one.title, one.since, one.sender))))
        args.say("    " + one.words)
    return Answer(
        {"files": told, "tried": [_taken(one) for one in tried], "inside": _taken(inside) if inside else None,
         "went": went or None, "waiting": [asdict(one) for one in held]}
    )  # fmt: skip


def _aside(file: SetAside) -> dict[str, Any]:
    return {
        "sha256": file.sha256, "file_name": file.file_name, "size": file.size, "number": file.number or None,
        "status": file.status, "code": file.code, "reason": aside_words.why(file),
        "missing_from": file.missing_from or None, "at": file.at,
    }  # fmt: skip


def bundle_status(args: argparse.Namespace) -> Answer:
    """How it stands with each other site."""
    with opened(args) as store, store.read() as unit:
        found, told = site_states(unit), keys.state(unit).told_words
    if not found:
        args.say(_("No other site's card is trusted here yet."))
    if told:
        args.say(told)
    never = _("never")
    for site in found:
        args.say(site.site)
        if site.refused:
            args.say("  " + site.refused)
        sent, came = site.last_sent, site.last_received
        args.say("  " + _("last sent: {what}").format(what=f"{sent.number}, {sent.at}" if sent else never))
        received = ", ".join(filter(None, (str(came.number), came.at, how_old(site)))) if came else never
        args.say("  " + _("last received: {what}").format(what=received))
        for said in site.news:
            args.say("  " + said)
        if site.silent:
            args.say("  " + silent_words(site))
        args.say("  " + _("waiting to go: {n}").format(n=site.waiting))
        if site.unconfirmed:
            args.say("  " + _("sent and not confirmed yet: {n}").format(n=site.unconfirmed))
        if site.acknowledged or len(site.pcs) < 2:
            args.say("  " + _("confirmed: {what}").format(what=site.acknowledged or _("nothing yet")))
        if len(site.pcs) > 1:
            for pc in site.pcs:
                args.say("  " + pc_words(pc))
        elif site.gaps:
            args.say("  " + _("never came: {numbers}").format(numbers=", ".join(map(str, site.gaps))))
        if site.clock:
            args.say("  " + site.clock.words())
        for sentence in stays_because(site):
            args.say("  " + _("stays there: {what}").format(what=sentence))
        for file in site.waits:
            missing = f"{file.missing_from}-{file.number - 1}" if file.missing_from else _("earlier entries")
            args.say("  " + _("number {n} waits for: {missing}").format(n=file.number, missing=missing))
    return Answer({"sites": [asdict(site) | {"fingerprint": " ".join(site.fingerprint)} for site in found]})
