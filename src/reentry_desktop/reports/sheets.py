"""Single sheets: who is called to the office on a day, one part of a recovery kit, the words of a site's card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ..base.words import in_language
from .body import NEUTRAL_TITLE, printed
from .flow import Shape, Strip, Words, baseline
from .parts import Composer, written_date
from .setting import Span
from .style import HAIRLINE, MUTED, SIZES, STRONG, TEAL, WIDTH
from .tagged import Node, Paper
from .values import Called, Printed

RECOVERY_WORDS = 24


def call_out_sheet(
    rows: Sequence[Called], *, on: dt.date, office: str, language: str, print_number: str, printed_on: dt.date
) -> Printed:
    """See ``reports.call_out_sheet``."""
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=printed_on)
    composer = Composer(paper, SIZES["standard"], language)
    day = written_date(on, language)
    footer = composer.footer(
        [
            _("Print {number}").format(number=print_number),
            _("Page {page} of {pages}"),
            _("Call-out for {date}").format(date=day),
            _("Please destroy after the day"),
        ]
    )
    facts = [(_("Date"), day), (_("Place"), _("Re-entry office")), (_("People called"), str(len(rows)))]
    if office.strip():
        facts.insert(2, (_("Site"), office))
    table = composer.table(
        [_("Time"), _("Name"), _("Number"), _("Unit")],
        [0, WIDTH * 0.16, WIDTH * 0.58, WIDTH * 0.8],
        [[row.time, row.name, row.number, row.unit] for row in rows],
    )
    strips = [*composer.heading(_("Call-out"), bookmark=False), *composer.facts(facts)]
    strips += table if rows else composer.text(_("Nobody is called on this day."), before=1.2)
    return printed(composer, strips, footer)


def recovery_sheet(
    part: str, words: Sequence[str], *, keeper: str, site: str, language: str, made_on: dt.date
) -> Printed:
    """See ``reports.recovery_sheet``."""
    if len(words) != RECOVERY_WORDS:
        raise ValueError(f"a recovery sheet has {RECOVERY_WORDS} words, not {len(words)}")
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=made_on)
    composer = Composer(paper, SIZES["standard"], language)
    footer = composer.footer(
        [_("Made on {date}").format(date=written_date(made_on, language)), _("Page {page} of {pages}")]
    )
    facts = [
        (_("Part"), part),
        (_("Site"), site),
        (_("Kept by"), keeper),
        (_("Made on"), written_date(made_on, language)),
    ]
    strips = [
        *composer.heading(_("Recovery sheet"), bookmark=False),
        *composer.text(
            _("Two of the three parts open the records if every passphrase is lost.")
            + " "
            + _("This is one part. Alone it opens nothing.")
        ),
        *composer.facts(facts),
        *_numbered(composer, words),
        *composer.text(_("Keep it in a sealed envelope, apart from the PC and from the other parts."), before=1.0),
        *composer.text(_("Do not copy it, photograph it or send it."), before=0.2),
        *composer.text(_("If found, please return to the re-entry office."), color=MUTED, before=0.2),
    ]
    return printed(composer, strips, footer)


def slip_sheet(words: Sequence[str], *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """See ``reports.slip_sheet``."""
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=made_on)
    composer = Composer(paper, SIZES["standard"], language)
    day = written_date(made_on, language)
    footer = composer.footer([_("Made on {date}").format(date=day), _("Page {page} of {pages}")])
    strips = [
        *composer.heading(_("Sealed slip"), bookmark=False),
        *composer.text(
            _("For the day when no administrator can come. It opens the records of this site once.")
            + " "
            + _("Whoever uses it chooses a new passphrase, and everybody is told.")
        ),
        *composer.facts([(_("Site"), site), (_("Sign-in name"), name), (_("Made on"), day)]),
        *composer.text(_("The passphrase: these words in this order, with a space between them."), before=0.8),
        *_numbered(composer, words),
        *composer.text(
            _("Fold it, put it in an envelope that cannot be looked through, and sign across the flap."), before=1.0
        ),
        *composer.text(
            _("Keep it locked up, away from the PC. Look at the seal when you look at the sticks."), before=0.2
        ),
        *composer.text(_("Do not copy it, photograph it or send it."), before=0.2),
    ]
    return printed(composer, strips, footer)


def card_sheet(words: Sequence[str], *, site: str, code: str, kind: str, language: str, made_on: dt.date) -> Printed:
    """See ``reports.card_sheet``."""
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=made_on)
    composer = Composer(paper, SIZES["standard"], language)
    day = written_date(made_on, language)
    footer = composer.footer([_("Made on {date}").format(date=day), _("Page {page} of {pages}")])
    facts = [(_("Site"), site), (_("Short code"), code), (_("Kind"), kind), (_("Made on"), day)]
    strips = [
        *composer.heading(_("The twelve words of a site’s card"), bookmark=False),
        *composer.text(
            _("Whoever trusts the card compares these words, read out by phone or from this sheet.")
            + " "
            + _("If one word differs, stop: it is another card.")
        ),
        *composer.facts([fact for fact in facts if fact[1]]),
        *_numbered(composer, words),
        *composer.text(_("The words are no secret. They open nothing."), color=MUTED, before=1.0),
    ]
    return printed(composer, strips, footer)


def _numbered(composer: Composer, words: Sequence[str]) -> list[Strip]:
    """The words in rows of two at most, read across, each with its number before it."""
    body, leading = composer.size.body + 2, composer.size.leading + 4
    table = Node("L", composer.root, style="decimal")
    strips = []
    for at in range(0, len(words), 2):
        strip = Strip(leading, before=leading * 0.9 if at == 0 else 0.0, glued=at < len(words) - 2)
        for side in range(min(2, len(words) - at)):
            entry = Node("LI", table)
            for role, x, span in (
                ("Lbl", 0.0, Span(f"{at + side + 1}.", STRONG, TEAL)),
                ("LBody", 34.0, Span(words[at + side], STRONG)),
            ):
                line = composer.setter.lines([span], WIDTH, body)[0]
                strip.ink.append(Words(Node(role, entry), x + side * WIDTH / 2, baseline(body, leading), body, line))
        strip.ink.append(Shape(lambda paper, x, y: paper.rule(x, y + leading, WIDTH, 0.4, HAIRLINE)))
        strips.append(strip)
    return strips


def word_sheet(lines: Sequence[str], *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """See ``reports.word_sheet``."""
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=made_on)
    composer = Composer(paper, SIZES["standard"], language)
    day = written_date(made_on, language)
    footer = composer.footer([_("Made on {date}").format(date=day), _("Page {page} of {pages}")])
    facts = [(_("Site"), site), (_("For"), name), (_("Made on"), day)]
    rows = [[str(number), words] for number, words in enumerate(lines, 1)]
    strips = [
        *composer.heading(_("One-time words"), bookmark=False),
        *composer.text(
            _("Each unlock asks for the next line, beside the passphrase. Cross out each line once it was used.")
        ),
        *composer.facts(facts),
        *composer.table([_("Line"), _("Words")], [0, WIDTH * 0.14], rows),
        *composer.text(_("Keep it with you, never with the PC or beside a passphrase."), before=1.0),
        *composer.text(_("If it is lost, tell an administrator at once."), color=MUTED, before=0.2),
    ]
    return printed(composer, strips, footer)


def passphrase_slip(passphrase: str, *, name: str, site: str, language: str, made_on: dt.date) -> Printed:
    """See ``reports.passphrase_slip``."""
    _ = in_language(language).gettext
    paper = Paper(language=language, title=NEUTRAL_TITLE.get(language, "Document"), day=made_on)
    composer = Composer(paper, SIZES["standard"], language)
    day = written_date(made_on, language)
    footer = composer.footer([_("Made on {date}").format(date=day), _("Page {page} of {pages}")])
    facts = [(_("Site"), site), (_("For"), name), (_("Made on"), day)]
    strips = [
        *composer.heading(_("A passphrase that works once"), bookmark=False),
        *composer.facts(facts),
        *_numbered(composer, passphrase.split()),
        *composer.text(
            _("Type these words with spaces between them. The program then asks for a passphrase of your own."),
            before=1.0,
        ),
        *composer.text(_("This slip was printed once. Destroy it when you have unlocked."), color=MUTED, before=0.2),
    ]
    return printed(composer, strips, footer)
