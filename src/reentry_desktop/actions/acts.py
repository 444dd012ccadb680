"""The acts of the log in words: what the history and the record of use say."""

from __future__ import annotations

from ..base.words import _
from ..records.acts import ACTS
from ..records.base import kinds


def act_words(act: str, kind: str = "") -> str:
    """An act in the language of the screen; an act of a newer program by its own name."""
    if act in ACTS:
        return _(ACTS[act].words)
    title = _(kinds()[kind].title) if kind in kinds() else ""
    return f"{act} ({title})" if title else act
