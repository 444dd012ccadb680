"""What can be done with her words on the plan's page, each act with its name and its way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...actions import plan_states, plan_versions, plans
from ...base.ids import Id
from ...base.words import _
from .plan_undo import Act, ActStack

if TYPE_CHECKING:
    from ...records.pack import Part
    from .plan_writing import Writing


class Acts:
    """Each method writes, and puts onto the stack how to take it back. They raise what the actions raise."""

    def __init__(self, writing: Writing, stack: ActStack) -> None:
        self.writing, self.stack = writing, stack

    def _did(self, name: str, part: str, *records: str, back: Callable[[], object], again: Callable[[], object]) -> Act:
        self.writing.page.shell.end_toast()
        return self.stack.push(name, part, tuple(Id(record) for record in records), back, again)

    # Entries and supporters

    def add(self, part: Part, values: dict[str, Any], how: str) -> Id:
        """A new entry at the end of a part, or a new supporter."""
        do, plan = self.writing.do, self.writing.plan
        if part.kind == "supporter":
            made = do(plans.add_supporter, plan, **values)
            self._did(
                _("add a supporter"), part.key, made,
                back=lambda: do(plans.remove_supporter, made),
                again=lambda: do(plans.revise_supporter, made, removed=False),
            )  # fmt: skip
            return made
        made = do(plans.add_item, plan, part.key, how_written=how, **values)
        self._did(
            _("add an entry"), part.key, made,
            back=lambda: do(plans.remove_item, made), again=lambda: do(plans.restore_item, made),
        )  # fmt: skip
        return made

    def change(self, part: Part, before: Any, values: dict[str, Any], how: str) -> None:
        """Other words or details for an entry or a supporter that stood as *before*."""
        do, record = self.writing.do, Id(before.id)
        supporter = part.kind == "supporter"
        if not supporter and before.words != values.get("words", before.words):
            values = values | {"how_written": how}
        old = {key: getattr(before, key) for key in values}
        if hasattr(before, "in_my_room"):
            old["in_my_room"] = before.in_my_room
        command: Callable[..., bool] = plans.revise_supporter if supporter else plans.revise_item
        if do(command, record, **values):
            self._did(
                _("change a supporter") if supporter else _("change an entry"), part.key, record,
                back=lambda: do(command, record, **old), again=lambda: do(command, record, **values),
            )  # fmt: skip

    def remove(self, part: Part, record: Id) -> Act:
        """Take an entry or a supporter out."""
        do = self.writing.do
        if part.kind == "supporter":
            do(plans.remove_supporter, record)
            return self._did(
                _("remove a supporter"), part.key, record,
                back=lambda: do(plans.revise_supporter, record, removed=False),
                again=lambda: do(plans.remove_supporter, record),
            )  # fmt: skip
        do(plans.remove_item, record)
        return self._did(
            _("remove an entry"), part.key, record,
            back=lambda: do(plans.restore_item, record), again=lambda: do(plans.remove_item, record),
        )  # fmt: skip

    def move(self, part: Part, record: Id, before: Id | None, after: Id | None) -> None:
        """Put an entry behind *after* (none: first); it stood behind *before*."""
        do = self.writing.do
        do(plans.move_item, record, after)
        self._did(
            _("move an entry"), part.key, record,
            back=lambda: do(plans.move_item, record, before), again=lambda: do(plans.move_item, record, after),
        )  # fmt: skip

    def link(self, part: Part, step: Id, tool: Id, *, on: bool) -> None:
        """Name a tool in a step, or take it out."""
        do = self.writing.do
        there, away = (plans.link_tool, plans.unlink_tool) if on else (plans.unlink_tool, plans.link_tool)
        do(there, step, tool)
        self._did(
            _("name a tool") if on else _("take a tool out"), part.key, step, tool,
            back=lambda: do(away, step, tool), again=lambda: do(there, step, tool),
        )  # fmt: skip

    # Answers, and what is said of any words

    def answer(self, part: str, words: str, how: str) -> Act | None:
        """Her words for one question. None where they are what stands there."""
        writing = self.writing
        old = writing.whole.answers.get(part)
        before, before_how = (old.words, str(old.how_written)) if old else ("", how)
        room = bool(old and old.in_my_room)
        if (before, before_how) == (words.strip(), how):
            return None
        record = writing.answer_id(part)
        writing.do(plans.answer, writing.plan, part, words, how)

        def back() -> None:
            writing.do(plans.answer, writing.plan, part, before, before_how)
            if room:
                writing.do(plans.fine_in_my_room, record, on=True)

        return self._did(
            _("write an answer") if words.strip() else _("remove an answer"), part, record,
            back=back, again=lambda: writing.do(plans.answer, writing.plan, part, words, how),
        )  # fmt: skip

    def fine_in_my_room(self, part: str, record: Id, *, on: bool) -> Act:
        """She is fine with these words on paper in her room, or no longer."""
        do = self.writing.do
        do(plans.fine_in_my_room, record, on=on)
        return self._did(
            _("mark for paper in her room") if on else _("take the mark for her room off"), part, record,
            back=lambda: do(plans.fine_in_my_room, record, on=not on),
            again=lambda: do(plans.fine_in_my_room, record, on=on),
        )  # fmt: skip

    def wording(self, part: str, record: Id, language: str, words: str) -> None:
        """The same words in another language, as a person wrote them."""
        do, plan = self.writing.do, self.writing.plan
        before = self.writing.wordings(record).get(language, "")
        if before == words.strip():
            return
        do(plans.set_other_wording, plan, record, language, words)
        self._did(
            _("write the other wording"), part, record,
            back=lambda: do(plans.set_other_wording, plan, record, language, before),
            again=lambda: do(plans.set_other_wording, plan, record, language, words),
        )  # fmt: skip

    # The whole plan

    def done(self, how: str, **more: Any) -> Act:
        """She says it is done for now. Raises ``Refused`` naming the parts that are empty."""
        do, plan = self.writing.do, self.writing.plan
        do(plan_states.done_for_now, plan, how=how, **more)
        return self._did(
            _("done for now"), "",
            back=lambda: do(plan_states.not_done_yet, plan),
            again=lambda: do(plan_states.done_for_now, plan, how=how, **more),
        )  # fmt: skip

    def copy(self, earlier: Id, parts: list[str]) -> Act | None:
        """Her words of an earlier plan, put behind what stands here. None where there was nothing to copy."""
        writing = self.writing
        before = {item.id for group in writing.whole.items.values() for item in group}
        before |= {supporter.id for supporter in writing.whole.supporters}
        answered = {part for part, answer in writing.whole.answers.items() if answer.words}
        if not writing.do(plan_versions.copy_from, writing.plan, earlier, parts):
            return None
        items = [item.id for group in writing.whole.items.values() for item in group if item.id not in before]
        supporters = [supporter.id for supporter in writing.whole.supporters if supporter.id not in before]
        answers = {
            part: (answer.words, str(answer.how_written))
            for part, answer in writing.whole.answers.items()
            if answer.words and part not in answered
        }

        def back() -> None:
            for item in items:
                writing.do(plans.remove_item, item)
            for supporter in supporters:
                writing.do(plans.remove_supporter, supporter)
            for part, (_words, how) in answers.items():
                writing.do(plans.answer, writing.plan, part, "", how)

        def again() -> None:
            for item in items:
                writing.do(plans.restore_item, item)
            for supporter in supporters:
                writing.do(plans.revise_supporter, supporter, removed=False)
            for part, (words, how) in answers.items():
                writing.do(plans.answer, writing.plan, part, words, how)

        records = [*items, *supporters, *(writing.answer_id(part) for part in answers)]
        return self._did(_("copy from an earlier plan"), "", *records, back=back, again=again)
