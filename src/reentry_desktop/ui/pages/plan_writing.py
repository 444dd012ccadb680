"""Her plan while somebody writes in it: what stands there, the drafts, and the way to keep both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from ...actions import drafts, fine_on_paper, plans
from ...actions.withholding import Match, matches
from ...base.ids import Id, named_id
from ...base.problems import Refused
from ...base.words import LANGUAGES, N_, _, in_language
from ...records.pack import Part, Section
from ...records.plan import HowWritten
from ..spelling import Spelling, Unchecked
from . import plan_kinds
from .plan_acts import Acts
from .plan_kinds import IN_HER_WORDS, PERSON_FIRST, SUPPORTER, headline
from .plan_undo import ActStack

if TYPE_CHECKING:
    from ...actions.plans import Contents
    from ...records.base import Field
    from ...records.pack import Text
    from ..page import Page

__all__ = ["EMPTY", "IN_HER_WORDS", "PERSON_FIRST", "STARTED", "SUPPORTER", "WRITTEN", "Writing", "headline"]

T = TypeVar("T")

EMPTY, STARTED, WRITTEN = "empty", "started", "written"
PLAN, PAGES, MORE = "plan", "pages", "more"
"""Where a section stands: in the plan proper, among the re-entry pages, or among words the pack has no place for."""


class Writing(QObject):
    """One plan, one page that writes in it. Words of the program are in the plan's language, hers as she said them."""

    kept = Signal()
    """Something she typed is safe now."""
    said = Signal(str)
    """Something to be told on the page, above the part."""
    asked_for = Signal(str, str)
    """(part, record): go there."""

    def __init__(self, page: Page, plan: Id, spelling: Spelling | None = None, stack: ActStack | None = None) -> None:
        super().__init__(page)
        self.page, self.plan = page, plan
        self.acts = Acts(self, stack or ActStack(self))
        self.spelling = spelling or Unchecked()
        self.how = ""
        """How the last words were written, as somebody chose on this page."""
        self.whole: Contents
        self.drafts: dict[tuple[str, str], str]
        self.read()

    def read(self) -> None:
        """Read plan and drafts again."""
        desk = self.page.shell.desk
        self.whole = desk.read(plans.contents, self.plan)
        self.drafts = {(d.record, d.field): d.text for d in desk.read(drafts.unfinished)}
        self.groups = self._groups()
        self.parts = {part.key: part for _group, section in self.groups for part in section.parts}

    def do(self, command: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Carry out a command and read again. Raises ``Refused`` where another worker has just changed the same."""
        about = {*map(str, args), *(named_id(self.plan, part) for part in args[1:2] if part in self.parts)}
        heard = self.page.shell.desk.hear()
        if heard is not None and any(not about.isdisjoint(records) for records in heard.touched.values()):
            raise Refused({"words": _("Somebody changed this a moment ago. What is typed here is kept. Look at both.")})
        result = self.page.shell.desk.do(self.page, command, *args, **kwargs)
        self.read()
        self.kept.emit()
        return result

    # Drafts

    def keep(self, record: str, field: str, text: str) -> None:
        """Keep what is being typed."""
        if text.strip() == self.drafts.get((record, field), "").strip():
            return
        self.page.shell.desk.do(self.page, drafts.save_draft, record, field, self.whole.plan.participant, text)
        if text.strip():
            self.drafts[record, field] = text
        else:
            self.drafts.pop((record, field), None)
        self.kept.emit()

    def forget(self, record: str, only: str = "") -> None:
        """Drop every draft of a record, or of one field: its words became an entry, or are not wanted."""
        for known, field in list(self.drafts):
            if known == record and only in ("", field):
                self.page.shell.desk.do(self.page, drafts.drop_draft, record, field)
                del self.drafts[known, field]

    def drafts_of(self, record: str) -> dict[str, str]:
        """Field to text of what was being typed."""
        return {field: text for (known, field), text in self.drafts.items() if known == record}

    def answer_id(self, part: str) -> Id:
        """The record of an answer, also before it is there."""
        return named_id(self.plan, part)

    def new_id(self, part: str) -> str:
        """What the drafts of a part's new entry are kept under."""
        return f"{self.plan}/{part}"

    def withheld(self) -> list[Match]:
        """Whom of her list of who is never told her supporters may be."""
        woman, read = self.whole.plan.participant, self.page.shell.desk.read
        return [match for one in self.whole.supporters for match in read(matches, woman, one.name, one.phone)]

    # Words of the program

    @property
    def language(self) -> str:
        """The plan's language."""
        return str(self.whole.plan.language) or "en"

    def say(self, words: str) -> str:
        """A word of the program, in the plan's language."""
        return in_language(self.language).gettext(words) if words else ""

    def text(self, text: Text) -> str:
        """Words of the pack, in the plan's language."""
        return text.get(self.language) or text.get("en", "")

    # What stands where

    def _groups(self) -> list[tuple[str, Section]]:
        """Every section with its group; words of another pack stand at the end, so that none is out of sight."""
        pack = self.whole.pack
        found = [(PLAN, section) for section in pack.sections] + [(PAGES, section) for section in pack.pages]
        stray = tuple(self._stray(key) for key in self.whole.astray())
        if stray:
            title = {code: in_language(code).gettext(N_("More words")) for code in LANGUAGES}
            found.append((MORE, Section("more_words", title, {}, stray)))
        return found

    def _stray(self, key: str) -> Part:
        items = self.whole.items.get(key)
        name = key.replace("_", " ").capitalize()
        why = N_("These words were written with another template pack. They are hers, and stay until they are removed.")
        return Part(
            key,
            str(items[0].kind) if items else "answer",
            dict.fromkeys(LANGUAGES, name),
            {code: in_language(code).gettext(why) for code in LANGUAGES},
        )

    def group_of(self, part: str) -> str:
        """The plan proper, the re-entry pages, or words of another pack."""
        return next((g for g, section in self.groups if any(p.key == part for p in section.parts)), PLAN)

    def section_of(self, part: str) -> Section:
        """The section a part stands in."""
        return next(section for _group, section in self.groups if any(p.key == part for p in section.parts))

    def beside(self, part: str) -> list[str]:
        """The parts that are gone through one after another with *part*: those of its group."""
        group = self.group_of(part)
        return [p.key for g, section in self.groups if g == group for p in section.parts]

    def part_of(self, record: str) -> str:
        """The part a record stands in, or what was being typed under its name; ``""`` where it is not in the plan."""
        whole = self.whole
        record = self.worded_by(record) or record
        begun = next((key for key in self.parts if record in (self.new_id(key), self.answer_id(key))), "")
        if begun:
            return begun
        if any(supporter.id == record for supporter in whole.supporters):
            return next((key for key, part in self.parts.items() if part.kind == "supporter"), "")
        return next((part for part, group in whole.items.items() if any(item.id == record for item in group)), "")

    def worded_by(self, wording: str) -> str:
        """Whose words a second wording is of, by the name its draft is kept under; ``""`` where it is none."""
        whole = self.whole
        hers = [*whole.answers.values(), *(item for group in whole.items.values() for item in group)]
        return next(
            (str(words.id) for words in hers for code in LANGUAGES if named_id(Id(words.id), code) == wording), ""
        )

    def wording_begun(self, record: Id, code: str) -> bool:
        """Whether a second wording of these words is being typed, and not in the plan yet."""
        return (named_id(record, code), "words") in self.drafts

    def first_empty(self) -> str:
        """The part of the plan proper where words are missing first; else its first one."""
        parts = [part.key for group, section in self.groups if group == PLAN for part in section.parts]
        return next((key for key in parts if not self.whole.written(key)), parts[0])

    def state(self, part: str) -> str:
        """Empty, started (something typed is not in the plan yet) or written."""
        return self.states()[part]

    def states(self) -> dict[str, str]:
        """The state of every part. Asked at each pause in the typing, so it looks at everything once."""
        begun = {self.part_of(record) for record in {record for record, _field in self.drafts}}
        return {key: STARTED if key in begun else WRITTEN if self.whole.written(key) else EMPTY for key in self.parts}

    def records(self, part: Part) -> list[Any]:
        """The entries of a part, in order."""
        return list(self.whole.supporters if part.kind == "supporter" else self.whole.items.get(part.key, ()))

    def how_written(self, part: str) -> str:
        """Who wrote here last; else who wrote last anywhere."""
        if part in self.whole.answers:
            return str(self.whole.answers[part].how_written)
        if self.whole.items.get(part):
            return str(self.whole.items[part][-1].how_written)
        return self.how or str(HowWritten.TOGETHER)

    def may_be_in_room(self, part: Part) -> bool:
        """Whether she may say of a line of *part* that it is fine on paper in her room."""
        return self.group_of(part.key) == PLAN and fine_on_paper.may_be_in_room(self.section_of(part.key), part)

    def is_heavy(self, part: str) -> bool:
        """Whether a part is of a section that begins with a kind word, and may be skipped as a whole."""
        return self.group_of(part) == PLAN and fine_on_paper.is_crisis(self.section_of(part))

    def to_begin_with(self, part: Part) -> str:
        """Her words of another question that may be taken over here; nothing once something stands here."""
        answer = self.whole.answers.get(part.begins_with)
        begun = self.whole.written(part.key) or (self.answer_id(part.key), "words") in self.drafts
        return answer.words if answer is not None and not begun else ""

    # Her words in the other language

    @property
    def wording_language(self) -> str:
        """The language a second wording is written in: the plan's where hers is another, else the one that is left."""
        hers = str(self.whole.woman.language) or "en"
        return self.language if self.language != hers else next(code for code in LANGUAGES if code != hers)

    @property
    def speaks_another(self) -> bool:
        """Whether the plan is in another language than she speaks: then each entry asks for a wording in it."""
        return self.language != (str(self.whole.woman.language) or "en")

    def wordings(self, record: Id) -> dict[str, str]:
        """Language to what a person wrote for these words."""
        return {code: words for (of, code), words in self.whole.wordings.items() if of == record and words}

    # What the page asks of a kind

    def columns(self, part: Part) -> tuple[str, ...]:
        """The fields of an entry of this part, in the order they are asked."""
        return plan_kinds.columns(part)

    def specs(self, part: Part) -> Mapping[str, Field]:
        """The declarations of those fields, labelled in the plan's language."""
        return plan_kinds.specs(part, self.language)

    def details(self, part: Part, record: Any) -> str:
        """What is known of an entry besides its headline, on one line."""
        return plan_kinds.details(part, record, self.language)

    def today(self) -> dt.date:
        """The day it is for this store."""
        return self.page.shell.desk.read(lambda unit: unit.today())
