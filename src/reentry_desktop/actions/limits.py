"""What the worker may keep between them and what she must pass on, in a participant's language."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from ..base.paths import resource
from ..base.words import N_, in_language


class Limits(NamedTuple):
    """The words of one language, in the order they are read to her."""

    title: str
    intro: str
    keep_title: str
    keep: tuple[str, ...]
    pass_on_title: str
    must_pass_on: tuple[str, ...]
    closing: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    title: dict[str, str]
    intro: dict[str, str]
    keep: dict[str, tuple[str, ...]]
    must_pass_on: dict[str, tuple[str, ...]]
    closing: dict[str, str]


@cache
def limits(language: str) -> Limits:
    """The limits of confidentiality in *language* (``en`` or ``es``)."""
    found = msgspec.json.decode(resource("limits", "limits.json").read_bytes(), type=_File)
    say = in_language(language).gettext
    return Limits(
        found.title[language], found.intro[language], say(N_("What stays between us")), found.keep[language],
        say(N_("What I must pass on")), found.must_pass_on[language], found.closing[language],
    )  # fmt: skip
