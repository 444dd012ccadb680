"""Words for people, through gettext.

``N_`` marks a sentence where it is declared, ``_`` translates it where it is shown.
The language of the screen is the worker's (``use``); what is made for a participant,
her plan and its print, asks for its own language with ``in_language``.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "es": "Español"}
_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(text: str) -> str:
    """Mark *text* for translation; it is translated where it is shown."""
    return text


def _(text: str) -> str:
    """*text* in the language of the screen."""
    return _current.gettext(text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural of the screen's language for *n*."""
    return _current.ngettext(one, many, n)


@cache
def in_language(language: str) -> gettext.NullTranslations:
    """The catalog of *language* (``en`` or ``es``); English where there is none."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("reentry_desktop", str(_LOCALE), [language], fallback=True)


def use(language: str) -> None:
    """Show everything from now on in *language*."""
    global _current, _language
    _current, _language = in_language(language), language


def language() -> str:
    """The language of the screen: ``en`` or ``es``."""
    return _language
