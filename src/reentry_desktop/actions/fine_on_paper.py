"""What may stand on paper in her room: lines she marked, less those that would tell whoever finds them too much.

Paper in a cell can be found in a search, and no filter can know what is safe: she decides line by line, and looks at
the print before it is made. This is a net under that, and it errs on the side of leaving out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..base.ids import Id
from ..base.words import N_, _
from ..records.pack import Part, Section
from ..records.plan import PlanAnswer
from ..records.plan_item import PlanItem
from .plans import Contents

# Kinds whose words are about herself. All others name people, places, papers, money or care.
_HERS = {"answer", "tool", "habit", "stressor", "sign", "step", "line"}
_CRISIS = {"crisis", "post_crisis"}
# Kinds that a pack asks for in its crisis parts alone, whatever it calls them.
_OF_A_CRISIS = {"supporter", "standing", "arrival", "duty"}

_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre"
    r"|noviembre|diciembre"
)
_STREET = r"street|avenue|road|lane|boulevard|highway|parkway|apartment|st|ave|rd|dr|ln|blvd|hwy|pkwy|apt|suite|ste"
_OFTEN_A_STREET = r"drive|court|circle|place|ct|cir|pl"  # they are other things too: only right behind a name
_DASH = r"\-\u2010-\u2015"
_LOOKS_LIKE = (
    # Seven digits and more, whatever stands between them: "911" and "988" are nobody's own number.
    (N_("It looks like a phone number."), rf"(?:\d[\s().+/_·*,{_DASH}]*){{7,}}"),
    (
        N_("It looks like a date."),
        (
            rf"\b\d{{1,4}}\s?[./{_DASH}]\s?\d{{1,2}}\s?[./{_DASH}]\s?\d{{1,4}}\b|\b\d\d?/\d\d?\b|\b(?:19|20)\d\d\b"
            rf"|\b(?:{_MONTH})\.?\s+(?:the\s+)?\d{{1,2}}|\b\d{{1,2}}(?:st|nd|rd|th|º|°)?\s+(?:of\s+|de\s+)?(?:{_MONTH})\b"
        ),
    ),
    (
        N_("It looks like an address."),
        (
            rf"\b\d+\w?\s+(?:[\w'.]+\s+){{0,4}}(?:{_STREET})\b|\b\d+\w?\s+[\w'.]+\s+(?:{_OFTEN_A_STREET})\b"
            rf"|\b(?:calle|avenida|av\.|carretera|camino|colonia)\s+\S.*\d|\b\w+\s+(?:street|avenue|boulevard)\b"
            rf"|\b(?:p\.?\s?o\.?\s?box|apt\.?|apto\.?|unit|lote?)\s*#?\s*\d|\b\d{{5}}(?:-\d{{4}})?\b|\S@\S|https?:|\bwww\."
        ),
    ),
    (
        N_("It looks like a sum of money."),
        r"[$€£¢]\s*\d|\d\s*[$€£¢]|\b(?:dollars?|bucks?|cents|usd|d[oó]lar(?:es)?|pesos?|centavos)\b",
    ),
    (
        N_("It may tell of a medicine."),
        (
            r"\b(?:medicines?|medications?|meds|pills?|doses?|prescriptions?|inhaler|insulin|medicinas?|medicamentos?"
            r"|pastillas?|p[ií]ldoras?|recetas?|insulina|inhalador)\b|\b\d+[.,]?\d*\s?(?:mg|mcg|ml)\b"
        ),
    ),
    (
        N_("It may tell of a child."),  # "son" alone is also a Spanish verb
        (
            r"\b(?:child(?:ren)?|kids?|(?:my|our|her|his|the) sons?|daughters?|bab(?:y|ies)|toddlers?"
            r"|my (?:boys?|girls?)|grand(?:son|daughter|child|children|kid|baby)s?|ni[ñn][oa]s?|hij(?:it)?[oa]s?"
            r"|beb[eé]s?|niet(?:ecit)?[oa]s?|mis? (?:chiquit|muchachit)[oa]s?)\b"
        ),
    ),
)
_KNOWN = tuple((why, re.compile(pattern, re.IGNORECASE)) for why, pattern in _LOOKS_LIKE)
_NO_MEDICINE = {"nothing", "anything", "please", "those", "ninguna", "ninguno", "cualquier", "cualquiera"}


@dataclass(frozen=True)
class Marked:
    """Her words that she marked for paper in her room: where they stand, what they are."""

    part: str
    kind: str
    record: Id
    words: str


def why_not(words: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Why *words* do not go on paper in her room, as a sentence to be translated; "" where nothing speaks against.

    *names* are words that tell something in her plan, each with the reason (``telling_names``).
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", words) if unicodedata.category(letter) != "Cf")
    if why := next((why for why, looks_like in _KNOWN if looks_like.search(plain)), ""):
        return why
    return next((names[word] for word in re.findall(r"\w+", plain.casefold()) if word in names), "")


def telling_names(whole: Contents) -> dict[str, str]:
    """The names of her children and of her medicines, as her own plan has them, each with why it is left out."""
    found: dict[str, str] = {}
    kinds = whole.pack.parts()
    for part, group in whole.items.items():
        for item in group:
            words = re.findall(r"\w+", unicodedata.normalize("NFKC", item.person or item.words).casefold())
            if item.kind == "child":
                found |= dict.fromkeys((word for word in words if len(word) > 2), N_("It may tell of a child."))
            elif item.kind == "standing" and "medic" in part and part in kinds:
                first = [word for word in words[:1] if len(word) > 4 and word not in _NO_MEDICINE]
                found |= dict.fromkeys(first, N_("It may tell of a medicine."))
    return found


def marked(whole: Contents) -> Iterator[Marked]:
    """What she marked, in the plan's order. A mark counts for the words it was given for, in any version of them."""
    for part in dict.fromkeys([*whole.pack.parts(), *whole.answers, *whole.items]):
        answer = whole.answers.get(part)
        records: list[PlanAnswer | PlanItem] = [*([answer] if answer else []), *whole.items.get(part, ())]
        for record in records:
            if record.in_my_room and record.words:
                kind = record.kind if isinstance(record, PlanItem) else "answer"
                yield Marked(part, kind, record.id, record.words)


def sorted_out(whole: Contents, found: Marked, names: Mapping[str, str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines of *found* that may stand on paper in her room, and those that may not: (words, why).

    Only what she said herself: a wording in the other language is not what she marked.
    """
    if why := _of_its_place(whole, found):
        return [], [(found.words, _(why))]
    lines = [line.strip() for line in found.words.splitlines() if line.strip()]
    reasons = [why_not(line, names) for line in lines]
    if not any(reasons) and (why := why_not(" ".join(lines), names)):  # a number that a line end cuts in two
        reasons = [why] * len(lines)
    kept = [line for line, why in zip(lines, reasons, strict=True) if not why]
    return kept, [(line, _(why)) for line, why in zip(lines, reasons, strict=True) if why]


def _of_its_place(whole: Contents, found: Marked) -> str:
    """Why nothing of that part or kind stands on paper in her room."""
    home = next((s for s in whole.pack.everything if any(part.key == found.part for part in s.parts)), None)
    if home is None:
        return N_("This print does not know that part.")
    if home in whole.pack.pages:
        return N_("It is from the re-entry pages.")
    if is_crisis(home):
        return N_("It is from the crisis parts.")
    part: Part = whole.pack.parts()[found.part]
    if found.kind not in _HERS or part.kind not in _HERS:
        return N_("It may name people, places or papers.")
    return ""


def is_crisis(section: Section) -> bool:
    """Whether a section is for a crisis or the time after it, in any pack."""
    return section.key in _CRISIS or any(part.kind in _OF_A_CRISIS for part in section.parts)


def may_be_in_room(section: Section, part: Part, pages: Collection[Section] = ()) -> bool:
    """Whether words of *part* may be marked for paper in her room at all. *pages* are the pack's re-entry pages."""
    return section not in pages and not is_crisis(section) and part.kind in _HERS
