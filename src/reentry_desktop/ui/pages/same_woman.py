"""Who may be registered twice: two registrations side by side, one press to say one woman or two, and all undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import registrations, same_woman, women
from ...actions.plan_states import STATES as PLAN_STATES
from ...actions.same_woman import Decided, Pair, Possible, Registered, Side
from ...actions.women import STATES
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import N_, _, ngettext
from ...records.base import Right, choice_label, fields
from ...records.participant import Enrolment
from ...records.plan import Plan
from ...records.same_woman import FoundBy
from .. import tokens as t
from ..days import show_day, show_moment
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import (
    Button,
    Card,
    EmptyState,
    Heading,
    InlineProblem,
    LinkButton,
    Pill,
    Rule,
    Sentence,
    reveal,
)
from .cases import STEP, CasesPage
from .participants import STATE_LOOKS

if TYPE_CHECKING:
    from ..window import MainWindow
    from .participant import ParticipantPage

_EPISODE = ("offered_on", "enrolled_on", "follow_up_on", "declined_on", "closed_on")


class SameWomanPage(CasesPage):
    """``show_page("same-woman")``."""

    key = "same-woman"
    needs = Right.SETTLE
    title = N_("Registered twice")
    icon = "users"
    under = "today"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.intro = Sentence(
            _(
                "These may be one woman who was registered twice. Look at both, and ask her if you can. If she is one "
                "woman, say which registration stands: it gives her name and number. All words stay as they are, and "
                "are shown together. You can take it back."
            ),
            tone="muted",
        )
        more = _("Same number, or a name that sounds alike and the same birth date: such women are shown here.")
        self.empty = Card("", EmptyState("circle-check", _("Nobody seems to be registered twice."), more=more))
        self.list = Stack()
        self.decided = Card(_("What was said before"))
        for widget in (self.intro, self.empty, self.list, self.decided, self.more):
            self.add(widget)

    def open(self, **_args: Any) -> None:
        self._shown = STEP
        self._show(self.shell.desk.do(self, same_woman.show_registered_twice, STEP))

    def refresh(self) -> None:
        self._show(self.shell.desk.read(same_woman.registered_twice, self._shown))

    def _show(self, found: Possible) -> None:
        count = ngettext("{n} pair", "{n} pairs", found.count).format(n=found.count) if found.count else ""
        self.set_head(_(self.title), count, way_back=_("Back"))
        for card in self.cards.values():
            card.hide()
            card.deleteLater()
        self.cards = {pair.id: PairCard(self, pair) for pair in found.pairs}
        for card in self.cards.values():
            self.list.add(card)
        reveal(self.intro, bool(found.pairs))
        reveal(self.empty, not found.pairs)
        said = self.shell.desk.read(same_woman.decided)
        reveal(self.more, found.count > len(found.pairs) or len(said) > self._shown)
        self.decided.clear()
        for number, one in enumerate(said[: self._shown]):
            if number:
                self.decided.add(Rule())
            self.decided.add(decided_row(one, partial(self._take_back, one)))
        reveal(self.decided, bool(said))

    def said(self, card: PairCard, link: Id, *, one: bool) -> None:
        """A person said it of a pair."""
        self.go_on(card.pair.id)
        words = _("Noted: one woman. Nothing she wrote was changed.") if one else _("Noted: two women.")
        hers = self.shell.desk.read(registrations.ids_of, card.pair.sides[0].id) if one else []
        if self.shell.desk.read(women.words_stopped, hers):
            words = _(women.WORDS_STOPPED)
        self.shell.toast(words, partial(self._undo, link), act=_("what was said of two registrations"))

    def _undo(self, link: Id) -> None:
        self._do(same_woman.take_apart, link)

    def _take_back(self, decided: Decided) -> None:
        if self._do(same_woman.take_apart, decided.id):
            again = partial(self._do, same_woman.say_again, decided.id)
            words = _("Each stands for itself again.")
            self.shell.toast(words, again, act=_("taking two registrations apart"))

    def _do(self, command: Callable[..., object], link: Id) -> bool:
        self.problem.clear()
        try:
            self.shell.desk.do(self, command, link)
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        self.refresh()
        self.begin()
        return True


class PairCard(Card):
    """Two registrations, why they are shown, and what can be said."""

    def __init__(self, page: SameWomanPage, pair: Pair) -> None:
        super().__init__()
        self.page, self.pair = page, pair
        self.buttons: list[Button] = []
        names = list(dict.fromkeys(side.name for side in pair.sides))
        self.add(
            Stack(Heading(" · ".join(names)), Sentence(choice_label(FoundBy, pair.found_by), role="strong"), space=t.S1)
        )
        row = QWidget()
        split = SplitLayout(row, ratio=(1, 1), narrow=34)
        for side in pair.sides:
            split.addWidget(self._side(side))
        self.add(row)
        self.problem = InlineProblem()
        self.add(self.problem)
        two = Button(_("Two women"), self._two, icon_name="users")
        two.setAccessibleName(f"{two.text()}: {', '.join(names)}, {' · '.join(_number(side) for side in pair.sides)}")
        self.add(Flow(two))

    def _side(self, side: Side) -> QWidget:
        found = Stack(space=t.S2)
        icon, tone = STATE_LOOKS[side.state]
        found.add(Flow(Pill(_(STATES[side.state]), tone, icon_name=icon)))
        born = _("born {day}").format(day=show_day(side.born)) if side.born else _("no birth date")
        found.add(Stack(Sentence(side.name, role="strong"), Sentence(f"{_number(side)}, {born}"), space=0))
        if side.site:
            found.add(Sentence(side.site))
        lines = [_("Enrolled {day}").format(day=show_day(side.enrolled_on)) if side.enrolled_on else _("Not enrolled")]
        lines.append(_("Plan: {state}").format(state=_(PLAN_STATES[side.plan])) if side.plan else _("No plan"))
        if side.others:
            more = ngettext(
                "One with {n} more registration", "One with {n} more registrations", side.others
            )  # fmt: skip
            lines.append(more.format(n=side.others))
        found.add(Sentence(" · ".join(lines), tone="muted", role="small"))
        keep = Button(_("Same woman, this one stands"), partial(self._one, side), icon_name="circle-check")
        keep.setAccessibleName(f"{keep.text()}: {side.name}, {_number(side)}")
        self.buttons.append(keep)
        show = partial(self.page.shell.show_page, "participant", participant=side.id)
        go = LinkButton(_("Open her page"), show)
        go.setAccessibleName(f"{go.text()}: {side.name}, {_number(side)}")
        found.add(Flow(keep, go, space=t.S3))
        return found

    def begin(self) -> None:
        """Put the focus where work starts."""
        self.buttons[0].setFocus()

    def _one(self, side: Side) -> None:
        other = next(one for one in self.pair.sides if one.id != side.id)
        self._say(same_woman.same_woman, side.id, other.id, one=True)

    def _two(self) -> None:
        self._say(same_woman.two_women, *(side.id for side in self.pair.sides), one=False)

    def _say(self, command: Callable[..., Id], *two: Id, one: bool) -> None:
        self.problem.clear()
        try:
            link = self.page.shell.desk.do(self.page, command, *two)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.page.said(self, link, one=one)


def _number(side: Side) -> str:
    return _("Number {number}").format(number=side.number) if side.number else _("No number")


def decided_row(said: Decided, take_back: Callable[[], object]) -> QWidget:
    """What was said of two registrations, by whom and when, and the way back."""
    what = _("One woman; the first named stands") if said.one else _("Two women")
    when = " · ".join(filter(None, (what, said.who, show_moment(said.at))))
    back = LinkButton(_("Take apart") if said.one else _("Take back"), take_back, icon_name="undo-2")
    back.setAccessibleName(f"{back.text()}: {' · '.join(said.sides)}")
    whole = QWidget()
    split = SplitLayout(whole)
    split.addWidget(Stack(Sentence(" · ".join(said.sides)), Sentence(when, tone="muted", role="small"), space=0))
    split.addWidget(back)
    return whole


# On her page


def registrations_card(page: ParticipantPage) -> Card:
    """Her registrations with what began under each, and the way to take them apart."""
    note = _("All that is hers is shown together. Each line says under which number it was written.")
    card = Card(_("Registered more than once"), note=note)
    for one in page.shell.desk.read(same_woman.registrations_of, page.woman):
        head = Flow(Sentence(one.called, role="strong"))
        if one.stands:
            head.add(Pill(_("Stands"), "ok"))
        card.add(Stack(head, *(Sentence(line, role="small") for line in _began(one)), space=t.S1))
    for said in page.shell.desk.read(same_woman.decided, page.woman):
        if said.one:
            card.add(Rule())
            card.add(decided_row(said, partial(_take_apart, page, said)))
    return card


def _began(one: Registered) -> list[str]:
    lines = []
    for record, names in [*((e, _EPISODE) for e in one.episodes), *((p, ("started_on", "done_on")) for p in one.plans)]:
        days = [
            f"{_(fields(type(record))[name].label)}: {show_day(on)}" for name in names if (on := getattr(record, name))
        ]
        title = _(Plan.title) if isinstance(record, Plan) else _(Enrolment.title)
        lines.append(" · ".join([title, *days]))
    return lines or [_("Nothing was begun under it.")]


def _take_apart(page: ParticipantPage, said: Decided) -> None:
    page.do(same_woman.take_apart, said.id)
    if not page.problem.text():
        words = _("Each stands for itself again.")
        page.shell.toast(
            words, lambda: page.do(same_woman.say_again, said.id), act=_("taking two registrations apart")
        )  # fmt: skip
