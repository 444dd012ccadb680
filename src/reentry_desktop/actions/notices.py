"""The notice that goes with what is told (42 CFR 2.32), and what the consent allows."""

from __future__ import annotations

import json
from functools import cache

from ..base.paths import resource
from ..base.words import N_, in_language
from ..records.consent import Consent, Told, ToWhom
from ..reports.parts import written_date

_SHORT = frozenset({ToWhom.SUPPORTER})  # who gets the short statement: it is a person, not an office


@cache
def _notices() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(resource("notices", "redisclosure.json").read_text("utf-8"))
    return found


def redisclosure(consent: Consent | None, language: str) -> tuple[str, ...]:
    """What 42 CFR 2.32 asks to stand with what is told: its statement, and what the consent allows and no more.

    A supporter gets the short statement, an office the long one. It is never on her own copies: in a room it tells
    everybody.
    """
    say = in_language(language).gettext
    statement = _notices()["long" if consent is not None and consent.to_whom not in _SHORT else "short"][language]
    if consent is None:
        return (statement,)
    until = [written_date(consent.expires_on, language)] if consent.expires_on else []
    until += [consent.expires_event] if consent.expires_event else []
    kinds = [say(kind.label) for kind in Told if kind in consent.told()]
    words = say(N_("It is given to {who}, for this: {purpose}. The consent is good until: {until}."))
    scope = words.format(who=consent.recipient, purpose=consent.purpose.rstrip("."), until="; ".join(until).rstrip("."))
    what = say(N_("The consent is for this and no more: {what}.")).format(
        what="; ".join([*kinds, consent.what.strip(".")])
    )
    return statement, scope, what
