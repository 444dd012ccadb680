"""Records as files for other programs."""

from __future__ import annotations

import argparse
import hashlib
import sys
from contextlib import suppress
from typing import Any

import msgspec

from ..actions import her_copy, printing, record_files, registrations, women
from ..base.folding import plain_number
from ..base.ids import Id
from ..base.words import _, ngettext
from .answers import FAILED, PARTLY, Answer, opened, read_file, write_file
from .prints import check_protection, hear_protection


class _Undo(Exception):
    """Rolls a trial back."""


def types(args: argparse.Namespace) -> Answer:
    """Every record type with its fields."""
    found = record_files.types()
    for kind in found:
        args.say(f"{kind['type']}: {_(kind['title'])}")
        for spec in kind["fields"]:
            more = [spec["type"], str(spec["length"] or ""), "|".join(spec["choices"]), spec["link"]]
            args.say(f"  {spec['name']}  {'  '.join(filter(None, more))}")
    return Answer({"types": found})


def import_file(args: argparse.Namespace) -> Answer:
    """Rows into records; what a rule refuses is left out and listed."""
    content = read_file(args.file)
    rows = record_files.rows_of(content)
    first = 1 if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{") else 2  # CSV has its header on line 1
    done: dict[str, Any] = {}
    with opened(args) as store, suppress(_Undo), store.work("records_import") as unit:
        done = record_files.import_rows(unit, args.type, rows, first=first)
        if args.dry_run:
            raise _Undo
    rejected = done.pop("rejected")
    data = {"type": args.type, **done, "rejected": len(rejected), "rejected_lines": rejected, "dry_run": args.dry_run}
    if args.dry_run:
        args.say(_("A trial: nothing was changed."))
    args.say(_("{added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected.").format(**data))
    for line in rejected:
        args.say("  " + _("Line {line}: {reason}").format(**line))
    if not rejected:
        return Answer(data)
    n = len(rejected)
    sentence = ngettext("{n} line was rejected; it is listed.", "{n} lines were rejected; they are listed.", n)
    return Answer(data, PARTLY if n < len(rows) else FAILED, sentence.format(n=n))


def export(args: argparse.Namespace) -> Answer:
    """All records of a type, into a file or to standard output."""
    with opened(args) as store, store.work("records_export") as unit:
        rows = list(record_files.export(unit, args.type))
        if args.format == "csv":
            made = record_files.to_csv(rows, record_files.export_columns(args.type)).encode()
        else:
            made = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
        if args.out:
            write_file(args.out, made)
    data: dict[str, Any] = {"type": args.type, "count": len(rows)}
    if args.out:
        said = ngettext("{n} record in {file}.", "{n} records in {file}.", len(rows)).format(n=len(rows), file=args.out)
        args.say(said)
        return Answer(data | {"file": str(args.out), "format": args.format, "sha256": hashlib.sha256(made).hexdigest()})
    if not args.json:
        sys.stdout.write(made.decode())
    return Answer(data | {"records": rows})


def copy(args: argparse.Namespace) -> Answer:
    """All that is kept about her and that she may have, as one PDF; the log says so, and its copy begins."""
    said = hear_protection(args)
    with opened(args) as store, store.work("print_her_record") as unit:
        woman = women.by_number(unit, args.participant).id
        check_protection(unit, said)
        made = her_copy.her_copy(unit, woman, size=args.size, language=args.language)
        given = her_copy.record_her_copy(unit, made, how="saved", to=args.out.name)
        sha256 = write_file(args.out, printing.protected(made.pdf.data, said) if said else made.pdf.data)
    n = made.pdf.pages
    args.say(ngettext("{n} page in {file}.", "{n} pages in {file}.", n).format(n=n, file=args.out))
    return Answer(
        {"pages": n, "sha256": sha256, "number": made.number, "copy": given, "protected": bool(said),
         "file": str(args.out)}
    )  # fmt: skip


def history(args: argparse.Namespace) -> Answer:
    """Every change of a record: when, who, where, what. Looking is an entry too.

    Of a participant who was registered twice, those of both registrations, each with its name.
    """
    with opened(args) as store, store.work("show_history") as unit:
        record = _record(args)
        if args.type == "participant" and not record:
            record = women.by_number(unit, args.id).id
        words = registrations.named(unit, record) if args.type == "participant" else {}
        found = []
        for one in words or [record]:
            more = {"registration": words[one]} if words else {}
            found += [change | more for change in record_files.history(unit, args.type, one)]
            unit.tell(args.type, one)
        found.sort(key=lambda change: change["at"] if words else "")
    for change in found:
        values = ", ".join(change["values"])
        where = change.get("registration", "")
        told = (change["at"], change["who"], change["where"], change["what"], values, where)
        args.say("  ".join(filter(None, told)))
    return Answer({"type": args.type, "id": record, "changes": found})


def _record(args: argparse.Namespace) -> Id:
    """The id that was typed; ``""`` where a participant's number was."""
    typed = args.id.replace("-", "").lower()
    if args.type == "participant" and len(typed) != 32 and plain_number(args.id):
        return Id("")
    return Id(typed)
