"""The letter that answers a request for information, and the register of requests as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.words import in_language
from .body import NEUTRAL_TITLE, printed
from .parts import Composer, written_date
from .style import MUTED, SIZES, STRONG
from .tagged import Paper
from .values import AnswerLetter, Printed, RegisterRow

if TYPE_CHECKING:
    import datetime as dt


def answer_letter_pdf(letter: AnswerLetter) -> Printed:
    """See ``reports.answer_letter_pdf``."""
    _ = in_language(letter.language).gettext
    composer = _composer(letter.language, letter.printed_on)
    footer = composer.footer([letter.reference, _("Page {page} of {pages}")])
    asked = written_date(letter.asked_on, letter.language)
    facts = [
        (_("To"), letter.to),
        (_("From"), letter.site),
        (_("Date"), written_date(letter.printed_on, letter.language)),
        (_("Your request of"), asked),
        (_("Our number"), letter.reference),
    ]
    strips = composer.opening(_("Answer to your request"), facts)
    if letter.withdrawn:
        said = [_("You told us that you no longer ask. We have closed your request.")]
    elif letter.given:
        day = written_date(letter.given_on, letter.language) if letter.given_on else ""
        part = _("We give you a part of what you asked for: what is named here, and nothing else.")
        whole = _("We give you what is named here, and nothing else.")
        said = [
            part if letter.part else whole,
            *([_("About: {name}").format(name=letter.about)] if letter.about else []),
            *([_("Given on {date}:").format(date=day)] if day else []),
        ]
    else:
        said = [
            _("We can neither confirm nor deny that any person takes part in our program or ever did."),
            _(
                "If we held such records, Federal rules (42 CFR Part 2) would protect them. Without the written "
                "consent of the person, or a court order under 42 CFR 2.61 to 2.67, they could not be given. A "
                "subpoena alone is not enough."
            ),
            _("If you have such a consent or order, please send it to us with our number."),
        ]
    for words in said:
        strips += composer.text(words, before=1.0)
    if letter.given:
        strips += composer.text(letter.given, face=STRONG, before=0.8)
        strips += composer.part(_("Notice"))
        strips += composer.text(
            "42 CFR part 2 prohibits unauthorized use or disclosure of these records.", face=STRONG, before=0.4
        )
        if letter.language != "en":
            strips += composer.text(
                _("42 CFR part 2 prohibits unauthorized use or disclosure of these records."), color=MUTED, before=0.3
            )
        for words in letter.scope:
            strips += composer.text(words, before=0.4)
    strips += composer.facts([(_("For the program"), letter.signed_by), (_("Signature"), "")])
    return printed(composer, strips, footer)


def register_pdf(rows: Sequence[RegisterRow], *, site: str, language: str, printed_on: dt.date) -> Printed:
    """See ``reports.register_pdf``."""
    _ = in_language(language).gettext
    composer = _composer(language, printed_on)
    footer = composer.footer(
        [_("Printed on {date}").format(date=written_date(printed_on, language)), _("Page {page} of {pages}")]
    )
    strips = composer.opening(
        _("Register of requests for information"), [(_("Site"), site), (_("Requests"), str(len(rows)))]
    )
    if not rows:
        strips += composer.text(_("Nobody has asked for information yet."), before=1.2)
    for row in rows:
        strips += composer.part(f"{row.reference} · {row.decision}")
        asked = written_date(row.asked_on, language) if row.asked_on else ""
        decided = written_date(row.decided_on, language) if row.decided_on else ""
        given = written_date(row.given_on, language) if row.given_on else ""
        facts = [
            (_("Asked on"), asked),
            (_("Who"), ", ".join(filter(None, (row.who, row.asker)))),
            (_("About"), row.about),
            (_("Asks for"), row.what),
            (_("On what authority"), row.authority),
            (_("Decided by"), ", ".join(filter(None, (row.decided_by, decided)))),
            (_("Why"), row.why),
            (_("Given"), ", ".join(filter(None, (row.given, given)))),
        ]
        strips += composer.facts([fact for fact in facts if fact[1]])
    return printed(composer, strips, footer)


def _composer(language: str, day: dt.date) -> Composer:
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=day)
    return Composer(paper, SIZES["standard"], language)
