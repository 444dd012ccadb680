"""Reads the command line, runs one command, and says what came of it."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import warnings
from collections.abc import Sequence
from typing import IO, Any

import msgspec

from ..base.crashes import crash_report
from ..base.problems import Problem, Refused, StoreDamaged
from ..base.words import _, use
from . import parser
from .answers import DONE, FAILED, USAGE, Answer, Window, check_out, how_to_repair


def main(argv: Sequence[str] | None = None) -> tuple[int, Window | None]:
    """Run one command. Returns its exit code, and the window that it asks for, if any.

    With ``--json`` standard output gets exactly one JSON document, also when the answer is no; otherwise the words.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = parser.build().parse_args(argv)
    except SystemExit as end:  # argparse has said what is wrong, or shown the help
        return (USAGE if end.code else DONE), None
    if not hasattr(args, "run"):
        return DONE, Window()
    try:
        _read_as_utf8(args)
    except UnicodeDecodeError:
        words = _("What was typed has letters that cannot be read here. Nothing was changed. Type it again.")
        print(words, file=sys.stderr)
        return USAGE, None
    use(args.lang)
    args.say, args.in_part = _sayer(sys.stderr if args.json else sys.stdout), False
    answer = _answer(args)
    if args.json:
        _show(answer.data | ({"part": True} if args.in_part else {}))
    if answer.sentence:
        print(answer.sentence, file=sys.stderr)
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    return answer.code, answer.window


def _answer(args: argparse.Namespace) -> Answer:
    """The command's answer, whatever happens in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a library's warning may quote a value; ours are Problems
            check_out(getattr(args, "out", None), getattr(args, "out_is", ""))
            answer: Answer = args.run(args)
            return answer
    except StoreDamaged as problem:
        return Answer(refusal(problem), FAILED, f"{problem.sentence}\n{how_to_repair()}")
    except Problem as problem:
        return Answer(refusal(problem), FAILED, problem.sentence)
    except KeyboardInterrupt:
        sentence = _("Stopped before it was done. What was saved before is safe.")
        return Answer({"error": {"code": "stopped", "sentence": sentence}}, FAILED, sentence)
    except BrokenPipeError:  # whoever was reading has left
        return Answer({}, FAILED)
    except Exception as error:  # noqa: BLE001  (a bug: never a value of it on the screen)
        sentence = _(
            "The program made a mistake and stopped. What was saved before is safe. Please send us this report."
        )
        data = {"error": {"code": "bug", "sentence": sentence}}
        return Answer(data, FAILED, f"{sentence}\n{crash_report(error)}")


def refusal(problem: Problem) -> dict[str, Any]:
    """A refusal as JSON: its code, its sentence, and each field's reason where there are any."""
    told: dict[str, Any] = {"code": problem.code, "sentence": problem.sentence}
    if isinstance(problem, Refused):
        told["fields"] = problem.fields
    return {"error": told}


def _sayer(stream: IO[str]) -> Any:
    def say(text: str = "") -> None:
        print(text, file=stream, flush=True)

    return say


def _read_as_utf8(args: argparse.Namespace) -> None:
    """Where the system's language knows no accents, words come as raw bytes; names of files stay what they are."""
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, _as_utf8(value))
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            setattr(args, name, [_as_utf8(one) for one in value])


def _as_utf8(text: str) -> str:
    return text if text.isascii() else os.fsencode(text).decode("utf-8")


def _show(data: dict[str, Any]) -> None:
    try:
        document = msgspec.json.encode(data)
    except UnicodeEncodeError:  # a file's name that is no text
        text = json.dumps(msgspec.to_builtins(data), ensure_ascii=False)
        document = text.encode(errors="surrogateescape").decode(errors="replace").encode()
    print(msgspec.json.format(document, indent=2).decode(), flush=True)
