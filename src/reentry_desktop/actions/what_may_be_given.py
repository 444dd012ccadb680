"""What to look at when somebody asks for information: facts of 42 CFR Part 2, by who asks and what they show.

No legal advice, and no decision: a person decides, and the register keeps who. Whether this program is bound by Part 2
is a question for counsel; the sentences hold it to that rule, which is the safe side.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..base.words import N_
from ..records.request import Asker, Authority

AS_OF = dt.date(2026, 11, 27)
"""When the sentences were last read against the rule, 42 CFR Part 2 as amended in February 2024."""
PHONE = N_(
    "“I can neither confirm nor deny that anybody is or was here. Federal rules protect such records. "
    "Please write to us, and say on what authority you ask.”"
)
COUNSEL = N_("This page states facts of the rule. It is not legal advice. Ask the program’s counsel before you decide.")
YES, NO, ASK = "yes", "no", "ask"
ANSWERS = {
    YES: N_("May be given, as far as it says here"),
    NO: N_("Not enough: give nothing"),
    ASK: N_("Ask counsel first: give nothing yet"),
}


@dataclass(frozen=True)
class Guide:
    """One rule: ``answer`` is a key of ``ANSWERS``, the words are to be translated, ``source`` is where it stands."""

    answer: str
    words: tuple[str, ...]
    source: str


_CRIME = N_(
    "A crime in the office or against staff, or a threat of one, may be reported: what happened, who it was, "
    "and where she was last seen."
)
BY_AUTHORITY = {
    Authority.NONE: Guide(
        NO,
        (
            N_("Without her written consent, a court order of the right kind, or an exception, nothing is given."),
            N_("That includes whether she is known here. Neither yes nor no may be read from the answer."),
        ),
        "2.13(a), (c)",
    ),
    Authority.CONSENT: Guide(
        YES,
        (
            N_("Read it: who may give what, to whom, for what, until when, and her signature with its day."),
            N_("Not if it has expired, lacks one of these, or you know that she took it back."),
            N_("Give only what it names. The notice of 2.32 and a copy of the consent go along."),
            N_("For a case in court against her a consent of its own is needed; it is never part of another one."),
        ),
        "2.31, 2.32, 2.33",
    ),
    Authority.SUBPOENA: Guide(
        NO,
        (
            N_("A subpoena alone is not enough. A court order under this rule must stand beside it."),
            N_("Do not ignore it: note the day it sets, and call counsel today. The answer names nobody."),
        ),
        "2.61",
    ),
    Authority.PART2_ORDER: Guide(
        ASK,
        (
            N_("Such an order permits, and does not compel. With a valid subpoena too, what it names must be given."),
            N_("For a civil case she must have been told and heard. To investigate her, it must be about an extremely "
               "serious crime."),
            N_("What she said in confidence is open only where somebody’s life or limb is in danger, for an extremely "
               "serious crime, or where she brought it up herself."),
            N_("Give only what the order names, to whom it names."),
        ),
        "2.61 – 2.67",
    ),
    Authority.OTHER_ORDER: Guide(
        NO,
        (
            N_("A search warrant, an arrest warrant or an order that does not follow this rule does not open the "
               "records."),
            N_("Say so politely, and call counsel at once. Write down who came, when, and what they asked for."),
        ),
        "2.61, 2.65",
    ),
    Authority.EMERGENCY: Guide(
        YES,
        (
            N_("To medical staff only, what they need now, and only where her consent cannot be had in time."),
            N_("Write down right after: their names and where they work, who told them, day and time, and what the "
               "emergency was."),
        ),
        "2.51",
    ),
    Authority.CHILD_ABUSE: Guide(
        YES,
        (
            N_("The report itself, as the law of the state requires or permits it, may be made without her consent."),
            N_("Nothing more: her records stay protected, also for questions and cases that follow the report."),
        ),
        "2.12(c)(6)",
    ),
    Authority.AUDIT: Guide(
        ASK,
        (
            N_("Who pays for or oversees the program may look at records without her consent, for an audit or "
               "evaluation only."),
            N_("First they promise in writing to keep to this rule, to tell nobody else, and to return or destroy "
               "copies."),
            N_("Often numbers without names are enough. Offer those first."),
        ),
        "2.53",
    ),
    Authority.POLICY: Guide(
        NO,
        (
            N_("A rule of the prison does not take the place of her consent, nor does an order of a superior."),
            N_("A consent that parole or a sentence depends on is another kind, and not used here: she is here because "
               "she wants to be."),
        ),
        "2.13, 2.35",
    ),
}  # fmt: skip
BY_ASKER = {
    Asker.WARDEN: Guide(
        ASK,
        (
            _CRIME,
            N_("If somebody is in danger now, follow “If something serious comes up” first."),
        ),
        "2.12(c)(5)",
    ),
    Asker.BOARD: Guide(
        ASK, (N_("A plan or a letter goes to a board only with her signature for that very print."),), "2.31"
    ),
    Asker.COURT: Guide(ASK, (N_("A call from a court is no order. Ask for it in writing."),), "2.61"),
    Asker.POLICE: Guide(
        ASK,
        (
            _CRIME,
            N_("For anything else they need a court order under 2.65, about an extremely serious crime."),
        ),
        "2.12(c)(5), 2.65",
    ),
    Asker.CHILD_PROTECTION: Guide(
        ASK,
        (N_("After the first report, whatever else they ask for needs her consent or a court order."),),
        "2.12(c)(6)",
    ),
    Asker.HER_LAWYER: Guide(ASK, (N_("Her own lawyer needs her written consent too. She may bring papers herself."),),
                            "2.31"),
    Asker.LAWYER: Guide(ASK, (N_("A letter of a lawyer is no order, however it is worded."),), "2.61"),
    Asker.MEDICAL: Guide(
        ASK, (N_("Outside of an emergency they need her consent, like anybody."),), "2.31, 2.51"
    ),
    Asker.FUNDER: Guide(ASK, (N_("A report with numbers alone needs no consent; hide groups so small that one could "
                                 "guess her."),), "2.16, 2.53"),
    Asker.FAMILY: Guide(
        NO,
        (
            N_("Family learns from her alone. Whom she named as a supporter gets the copy that she agreed to, and "
               "nothing else."),
        ),
        "2.13",
    ),
}  # fmt: skip
HERSELF = Guide(
    YES,
    (
        N_("She may see and have what is kept about her. Print it from her page: “All that is kept about her”."),
        N_("Within 30 days at the latest. What others said in confidence, and reports about safety, are not part of "
           "it; the first page says so."),
    ),
    "2.23; 45 CFR 164.524",
)  # fmt: skip


def guidance(asker: str, authority: str) -> list[Guide]:
    """What applies: first by what they showed, then by who they are. A newer program's word counts as nothing shown."""
    if asker == Asker.HERSELF:
        return [HERSELF]
    found = [next((rule for key, rule in BY_AUTHORITY.items() if key == authority), BY_AUTHORITY[Authority.NONE])]
    return found + [rule for key, rule in BY_ASKER.items() if key == asker]
