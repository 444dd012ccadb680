"""Scanned papers of a woman."""

from __future__ import annotations

import argparse
from typing import Any

from ..actions import attachments, printing, taking_back, women
from ..actions.disclosures import Allowed
from ..base.words import _, ngettext
from ..records.attachment import Attachment, PaperKind
from ..records.base import choice_label
from ..store import Store
from .answers import Answer, as_values, opened, typed_id, write_file
from .prints import check_protection, hear_protection


def add(args: argparse.Namespace) -> Answer:
    """A paper from a file: judged by its content, made anew, kept encrypted."""
    with opened(args) as store:
        with store.read() as unit:
            woman = women.by_number(unit, args.participant).id
            most = attachments.most_bytes(unit)
        scan = attachments.read_file(args.file, most)
        kind, _slash, record = args.of.partition("/")
        with store.work("attach") as unit:
            made = attachments.attach(
                unit, woman, scan, args.name, what=args.what, taken_on=args.on, of_kind=kind, of_record=typed_id(record)
            )
        with store.read() as unit:
            values: dict[str, Any] = as_values(unit.get(Attachment, made))
    n = scan.pages
    args.say(ngettext("Kept: {n} page.", "Kept: {n} pages.", n).format(n=n))
    args.say(
        _("It lies encrypted with the records. Delete the file {file} where it is not needed.").format(file=args.file)
    )
    return Answer(values)


def list_all(args: argparse.Namespace) -> Answer:
    """Her papers, and how much room they take."""
    with opened(args) as store, store.work("open_page") as unit:
        woman = women.open_page(unit, women.by_number(unit, args.participant).id).woman
        found = attachments.papers(unit, woman.id)
        out = attachments.papers(unit, woman.id, removed=True)
        rows = [as_values(one.record) | {"here": one.here, "removed": one.record.removed} for one in (*found, *out)]
    total = attachments.total_bytes([*found, *out])
    for row in rows:
        where = "" if row["here"] else _("not here")
        gone = _("taken out: {why}").format(why=row["removed_why"]) if row["removed"] else ""
        what = choice_label(PaperKind, row["what"])
        told = (str(row["taken_on"]), row["name"], what, _kilobytes(row["size"] or 0), where, gone, row["id"])
        args.say("  ".join(filter(None, told)))
    args.say(_("In all: {size}.").format(size=_kilobytes(total)))
    return Answer({"participant": woman.department_number, "attachments": rows, "bytes": total})


def _kilobytes(size: int) -> str:
    return _("{n} KB").format(n=f"{(size + 1023) >> 10:,}")


def save(args: argparse.Namespace) -> Answer:
    """A paper as a PDF, locked; without a lock only for whoever may save prints so."""
    said = hear_protection(args)
    with opened(args) as store, store.work("print_paper") as unit:
        check_protection(unit, said)
        by = Allowed(typed_id(args.consent), args.ground, args.why, args.to_name)
        pdf = attachments.print_paper(
            unit, typed_id(args.id), how="saved", to=args.out.name, by=by, outside=bool(args.to_name)
        )
        sha256 = write_file(args.out, printing.protected(pdf, said) if said else pdf)
    args.say(_("Saved as {file}.").format(file=args.out))
    return Answer({"file": str(args.out), "sha256": sha256, "protected": bool(said)})


def remove(args: argparse.Namespace) -> Answer:
    """Take a paper out, with a reason."""
    with opened(args) as store:
        with store.work("remove_paper") as unit:
            attachments.remove_paper(unit, typed_id(args.id), args.why)
        args.say(_("Taken out. It can be brought back until it is erased."))
        return _shown(store, args)


def bring_back(args: argparse.Namespace) -> Answer:
    """It was taken out by mistake."""
    with opened(args) as store:
        with store.work("bring_paper_back") as unit:
            attachments.bring_paper_back(unit, typed_id(args.id))
        args.say(_("Brought back."))
        return _shown(store, args)


def erase(args: argparse.Namespace) -> Answer:
    """Erase a paper that was taken out, for good."""
    with opened(args) as store:
        with store.work("erase_paper") as unit:
            entries = attachments.erase_paper(unit, typed_id(args.id))
            until = taking_back.in_backups_until(unit)
        taking_back.finish_taking_back(store)
    args.say(_("Erased. The record of use keeps that it was done, and not what it was."))
    return Answer({"erased": entries, "in_backups_until": until})


def _shown(store: Store, args: argparse.Namespace) -> Answer:
    with store.read() as unit:
        record = unit.get(Attachment, typed_id(args.id))
        return Answer(as_values(record) | {"removed": record.removed})
