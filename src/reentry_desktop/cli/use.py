"""The record of use: read, checked, reviewed, copied out, and what is old let go of."""

from __future__ import annotations

import argparse

import msgspec

from ..actions import use, use_export, use_faults, use_keeping, use_review
from ..base.words import _, ngettext
from .answers import FAILED, Answer, opened


def list_use(args: argparse.Namespace) -> Answer:
    """The newest entries that were asked for, and where to go on."""
    with opened(args) as store, store.whole("list_use") as unit:
        found = use.list_use(unit, _asked(args), args.before or 0, args.most)
    for line in found.rows:
        refused = [_("refused")] if line.refused else []
        args.say("  ".join([line.at, line.who, line.what, *filter(None, [line.about]), line.device, *refused]))
    if found.before:
        args.say(_("Older ones: --before {n}").format(n=found.before))
    rows = [msgspec.to_builtins(line) | {"what": line.what} for line in found.rows]
    return Answer({"entries": rows, "before": found.before, "looked_to": found.looked_to})


def _asked(args: argparse.Namespace) -> use.Asked:
    return use.Asked(args.person, args.participant, args.act, args.first_day, args.last_day)


def verify(args: argparse.Namespace) -> Answer:
    """Whether every chain and signature holds, and whether what lies elsewhere says the same."""
    with opened(args) as store:
        found = use_faults.check_use(store, args.against)
    data = {
        "entries": found.entries, "ok": not found.faults, "first_bad": found.bad or None, "problems": found.sentences,
        "unsigned": sum(found.unsigned.values()),
    }  # fmt: skip
    if found.unsigned_words:
        args.say(found.unsigned_words)
    if not found.faults:
        words = ngettext(
            "{n} entry, and nothing is missing before it.", "{n} entries, and every one follows the one before it.",
            found.entries,
        )  # fmt: skip
        args.say(words.format(n=found.entries))
        return Answer(data)
    return Answer(data, FAILED, " ".join([*found.sentences, _(use_faults.WHAT_TO_DO)]))


def export(args: argparse.Namespace) -> Answer:
    """The record of use as JSON lines, this export included; signed, where that was asked for."""
    with opened(args) as store:
        checked = use_faults.check_use(store)
        made = use_export.export_log(store, args.out, _asked(args), signed=args.signed)
    args.say(ngettext("{n} entry in {file}.", "{n} entries in {file}.", made.entries).format(
        n=made.entries, file=args.out))  # fmt: skip
    if made.signature is not None:
        args.say(_("Signed with this site's key: {words}").format(words=" ".join(made.fingerprint)))
        args.say(f"openssl pkeyutl -verify -pubin -inkey {made.key} -rawin -in {made.file} -sigfile {made.signature}")
    data = {
        "entries": made.entries, "ok": not checked.faults, "first_bad": checked.bad or None, "file": str(args.out),
        "sha256": made.sha256, "signature": str(made.signature or "") or None, "key": str(made.key or "") or None,
        "fingerprint": " ".join(made.fingerprint) or None,
    }  # fmt: skip
    if not checked.faults:
        return Answer(data)
    return Answer(data, FAILED, " ".join([*checked.sentences, _(use_faults.WHAT_TO_DO)]))


def review(args: argparse.Namespace) -> Answer:
    """The reviews of a site and what was counted; with a note, one more review under the name of who asks."""
    with opened(args) as store:
        if args.note:
            with store.work("review_use") as unit:
                use_review.review_use(unit, args.note, use_review.site_named(unit, args.site))
        with store.whole("list_use") as unit:
            site = use_review.site_named(unit, args.site)
            reviews, counts = use_review.reviews(unit, site), use_review.counts(unit, site)
            due = [one.name for one in use_review.due(unit)]
            beyond = [one for counted in counts[:1] for one in use_review.opened(unit, counted)]
    for one in reviews[:10]:
        args.say(f"{one.at}  {one.who}  {one.note}")
    for counted in counts[:1]:
        args.say(f"{counted.device}  {counted.first} – {counted.last}")
        for line in use_review.told(counted):
            args.say("  " + line)
    for at, who, why in beyond:
        args.say("  " + _("{moment}, {who} opened a record with a reason: {why}").format(moment=at, who=who, why=why))
    if due:
        args.say(_("A review is due: {sites}").format(sites=", ".join(due)))
    return Answer(
        {"reviews": msgspec.to_builtins(reviews), "counts": [msgspec.to_builtins(one) for one in counts], "due": due}
    )


def let_go(args: argparse.Namespace) -> Answer:
    """Let go of views, searches and unlocks that are older than the site keeps; as a trial say how many."""
    with opened(args) as store:
        with store.read() as unit:
            years = use_keeping.years_words(unit)
            n = len(use_keeping.old_use(unit)) if args.dry_run else 0
        n = n if args.dry_run else use_keeping.let_use_go(store)
    args.say(years)
    words = ngettext("{n} entry is older.", "{n} entries are older.", n) if args.dry_run else ngettext(
        "{n} entry lost its words. Its place in the record of use stays.",
        "{n} entries lost their words. Their places in the record of use stay.", n,
    )  # fmt: skip
    args.say(words.format(n=f"{n:,}"))
    return Answer({"entries": n, "dry_run": args.dry_run})
