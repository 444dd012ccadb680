"""A department's lists, and who is due."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from .. import rosters
from ..actions import due as due_lists
from ..actions import lists
from ..base.problems import Problem
from ..base.words import _, ngettext
from ..rosters.headings import FIELDS
from .answers import PARTLY, Answer, opened, read_file, seen

COUNTS = ("read", "added", "updated", "unchanged", "rejected")


def roster_import(args: argparse.Namespace) -> Answer:
    """Read lists into the store, all of them or none; lines that cannot be taken are listed."""
    mapping = rosters.load_mapping(read_file(args.mapping)) if args.mapping else None
    with opened(args) as store:
        try:
            done = lists.read_lists(store, args.files, as_of=args.as_of, mapping=mapping, trial=args.dry_run)
        except rosters.Unrecognized as unknown:
            raise Problem(
                _("{sentence} Give a file with --mapping. Its headings: {headings}").format(
                    sentence=unknown.sentence, headings=", ".join(unknown.columns)[:500]
                ),
                code=unknown.code,
            ) from unknown
    files = [_file(path, file) for path, file in zip(args.files, done.files, strict=True)]
    data: dict[str, Any] = {"files": files, "dry_run": args.dry_run}
    data |= {name: done.total(name) for name in COUNTS}
    data["rejected_lines"] = [line for file in files for line in file["rejected_lines"]]
    data["warnings"] = [line for file in files for line in file["warnings"]]
    data["possible_duplicates"] = [
        {"a": _woman(pair.a), "b": _woman(pair.b), "why": pair.why, "sentence": pair.sentence}
        for pair in done.possible_duplicates
    ]
    data["left_list"] = done.left_list
    data["dates_changed"] = [
        _moved(path, m) for path, f in zip(args.files, done.files, strict=True) for m in f.changes.moved_dates
    ]
    data["questions"] = [
        {"department_number": q.department_number, "field": q.field, "ours": q.ours, "theirs": q.theirs}
        for q in done.questions
    ]
    _tell_reading(args, data)
    if done.total("rejected"):
        sentence = ngettext(
            "{n} line could not be taken in; it is listed.", "{n} lines could not be taken in; they are listed.",
            done.total("rejected"),
        )  # fmt: skip
        return Answer(data, PARTLY, sentence.format(n=done.total("rejected")))
    return Answer(data)


def _file(path: Path, file: lists.FileRead) -> dict[str, Any]:
    rejected = [{"file": str(path), "line": r.line, "reason": r.reason} for r in file.reading.rejected]
    warnings = [
        {"file": str(path), "line": w.line, "field": w.field, "warning": w.sentence} for w in file.reading.warnings
    ]
    return {
        "file": str(path), "sha256": file.reading.sha256, "sheet": file.reading.sheet, "dated": file.reading.dated,
        "mapping": file.reading.mapping, **file.counts, "rejected_lines": rejected, "warnings": warnings,
    }  # fmt: skip


def _woman(line: rosters.Line) -> dict[str, Any]:
    return {
        "department_number": line.department_number, "first_name": line.first_name, "last_name": line.last_name,
        "date_of_birth": line.date_of_birth,
    }  # fmt: skip


def _moved(path: Path, moved: rosters.Moved) -> dict[str, Any]:
    return {
        "file": str(path), "department_number": moved.after.department_number, "field": moved.field,
        "before": getattr(moved.before, moved.field), "after": getattr(moved.after, moved.field),
    }  # fmt: skip


def _tell_reading(args: argparse.Namespace, data: dict[str, Any]) -> None:
    if args.dry_run:
        args.say(_("A trial: nothing was changed."))
    line = _("{file}: {read} lines read; {added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected.")
    for file in data["files"]:
        args.say(line.format(**file))
        for bad in file["rejected_lines"]:
            args.say("  " + _("Line {line}: {reason}").format(**bad))
        for doubt in file["warnings"]:
            args.say("  " + _("Line {line}: {warning}").format(**doubt))
    for pair in data["possible_duplicates"]:
        a, b = pair["a"]["department_number"], pair["b"]["department_number"]
        args.say(_("{a} and {b} may be one woman: {why}").format(a=a, b=b, why=pair["sentence"]))
    for moved in data["dates_changed"]:
        said = {"number": moved["department_number"], "field": _(FIELDS[moved["field"]])}
        args.say(_("{number}: {field} changed.").format(**said))
    if data["left_list"]:
        args.say(_("No longer on the list: {numbers}").format(numbers=", ".join(data["left_list"])))


def due(args: argparse.Namespace) -> Answer:
    """Who is due, who has no date, whose date is past."""
    with seen(args, "offer") as unit:
        day = args.as_of or unit.today()
        found = due_lists.due(unit, day)
    data = {
        "as_of": day, "due": [_due(d) for d in found.due], "no_date": [_due(d) for d in found.no_date],
        "check_date": [_due(d) for d in found.check_date],
    }  # fmt: skip
    titles = {"due": _("Due"), "no_date": _("No date"), "check_date": _("Check her date: it is past")}
    for part, rows in (("due", found.due), ("no_date", found.no_date), ("check_date", found.check_date)):
        args.say(f"{titles[part]}: {len(rows)}")
        for row in rows:
            args.say("  " + _line(row))
    return Answer(data)


_FIELD = {due_lists.HEARING: "parole_hearing", due_lists.RELEASE: "expected_release", "": ""}


def _due(row: due_lists.Due) -> dict[str, Any]:
    return {
        "department_number": row.department_number, "first_name": row.first_name, "last_name": row.last_name,
        "unit": row.unit, "why": row.why, "field": _FIELD[row.why], "on": row.on,
        "status": "listed" if row.listed else "participant",
    }  # fmt: skip


def _line(row: due_lists.Due) -> str:
    on = row.on.isoformat() if isinstance(row.on, dt.date) else ""
    return "  ".join(filter(None, (on, row.department_number, row.short_name, row.unit, _(row.why))))
