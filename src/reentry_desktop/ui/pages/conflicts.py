"""What two people changed and did not know of each other: the versions side by side, and one press to settle each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import conflicts, drafts
from ...actions.conflicts import BOTH, OURS, THEIRS, Disagreement, Settlement, Version
from ...base.ids import Id
from ...base.problems import NotFound, Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Right
from .. import tokens as t
from ..days import show_day, show_moment
from ..form import RecordForm
from ..layouts import Flow, SplitLayout, Stack
from ..widgets import (
    Button,
    Card,
    EmptyState,
    Heading,
    InlineProblem,
    LinkButton,
    Pill,
    PrimaryButton,
    Sentence,
    reveal,
)
from .cases import STEP, CasesPage
from .versions_words import HerWords

if TYPE_CHECKING:
    from ...actions.drafts import Unfinished
    from ...store import Unit
    from ..window import MainWindow

DRAFT = "conflict/"
"""What the drafts of this page begin with; then comes the record's id."""


class ConflictsPage(CasesPage):
    """``show_page("conflicts")`` shows all that waits, ``participant=ID`` what is about one woman."""

    key = "conflicts"
    needs = Right.SETTLE
    title = N_("Two versions")
    icon = "copy"
    under = "today"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = Id("")
        words = _("Two people changed the same thing, and neither knew of the other. Say which one is right.")
        self.intro = Sentence(words, tone="muted")
        more = _("Where two people change the same thing and do not know of each other, both are kept and shown here.")
        self.empty = Card("", EmptyState("circle-check", _("Nothing stands in two versions."), more=more))
        self.list = Stack()
        self.left_over = Card()
        for widget in (self.left_over, self.intro, self.empty, self.list, self.more):
            self.add(widget)

    def open(self, **args: Any) -> None:
        self.woman, self._shown = Id(args.get("participant", "")), STEP
        self._show(self.shell.desk.do(self, conflicts.show_conflicts, self.woman))

    def refresh(self) -> None:
        self._show(self.shell.desk.read(conflicts.inbox, self.woman))

    def leave(self) -> None:
        for card in self.cards.values():
            card.keep_words()

    def _show(self, found: list[Disagreement]) -> None:
        """Lay the cards out anew; one that is the same stays, with what is being written in it."""
        whose = found[0].name if self.woman and found else ""
        waiting = ngettext("{n} to settle", "{n} to settle", len(found)).format(n=len(found)) if found else ""
        self.set_head(_(self.title), " · ".join(filter(None, (whose, waiting))), way_back=_("Back"))
        shown = found[: self._shown]
        same = [one.id for one in shown if one.id in self.cards and self.cards[one.id].found == one]
        if same != [one.id for one in shown[: len(same)]]:  # one came in between: the Tab key is to follow the eye
            self.leave()
            same = []
        for key in self.cards.keys() - set(same):
            card = self.cards.pop(key)
            card.keep_words()
            card.hide()
            card.deleteLater()
        begun = self.shell.desk.read(_begun)
        for one in shown[len(same) :]:
            draft = begun.get(one.id)
            self.cards[one.id] = ConflictCard(self, one, draft.text if draft else None)
            self.list.add(self.cards[one.id])
        self._show_left_over([begun[key] for key in begun.keys() - {one.id for one in found}])
        reveal(self.intro, bool(found))
        reveal(self.empty, not found)
        reveal(self.more, len(found) > len(shown))

    def _show_left_over(self, begun: list[Unfinished]) -> None:
        """What was being written when somebody else settled it: shown once more, and forgotten by a press."""
        self.left_over.clear()
        for draft in begun:
            if self.woman and draft.participant != self.woman:
                continue
            words = _("You began to write this, and it was settled meanwhile. Your words were not used.")
            self.left_over.add(Sentence(f"{draft.name} {words}".strip()))
            self.left_over.add(HerWords(draft.text))
            forget = Button(_("Forget these words"), partial(self._forget, draft), icon_name="trash-2")
            forget.setAccessibleName(f"{forget.text()}: {draft.text[:60]}")
            self.left_over.add(forget)
        reveal(self.left_over, self.left_over.box.count() > 0)

    def _forget(self, draft: Unfinished) -> None:
        self.shell.desk.do(self, drafts.drop_draft, draft.record, draft.field)
        self.refresh()
        self.begin()

    def settled(self, card: ConflictCard, done: Settlement, *, changed: bool) -> None:
        """A person settled one."""
        self.go_on(card.found.id)
        words = _("Settled. The other version stays in the history.")
        self.shell.toast(words, partial(self._undo, done) if changed else None, act=_("settle two versions"))

    def _undo(self, done: Settlement) -> None:
        try:
            self.shell.desk.do(self, conflicts.undo_settlement, done)
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.refresh()
        self.shell.toast(_("What stood before stands again."))


class ConflictCard(Card):
    """One field of one record: whose, what, each version with who, where and when, and what can be done."""

    def __init__(self, page: ConflictsPage, found: Disagreement, draft: str | None) -> None:
        super().__init__()
        self.page, self.found = page, found
        self.form: RecordForm | None = None
        self.keep_buttons: list[Button] = []
        whose = ", ".join(filter(None, (found.name, found.number)))
        self.what = f"{found.title}: {found.label}"
        if found.field == "removed":
            self.what = _("{record}: taken out, or kept?").format(record=found.title)
        self.add(Stack(Heading(whose or found.about or found.title), Sentence(self.what, role="strong"), space=t.S1))
        if whose and found.about:
            self.add(HerWords(found.about, small=True))
        for place in range(0, len(found.versions), 2):
            row = QWidget()
            split = SplitLayout(row, ratio=(1, 1), narrow=34)
            for version in found.versions[place : place + 2]:
                split.addWidget(self._side(version))
            self.add(row)
        self.problem = InlineProblem()
        self.add(self.problem)
        self.acts = Flow(space=t.S3)
        if found.long:
            self.acts.add(self._act(_("Keep both texts"), lambda: self._settle(BOTH)))
        if found.writable:
            self.write_button = self._act(_("Write it anew"), self.write)
            self.write_button.set_icon("pencil")
            self.acts.add(self.write_button)
        if found.participant and not page.woman:
            woman = found.participant
            go = LinkButton(_("Open her page"), lambda: page.shell.show_page("participant", participant=woman))
            go.setAccessibleName(f"{go.text()}: {whose}")
            self.acts.add(go)
        self.add(self.acts)
        if draft is not None:
            self.write(draft)

    def _side(self, version: Version) -> QWidget:
        side = Stack(space=t.S2)
        stands = Pill(_("Stands now"), "ok") if version.stands else Pill(_("Another version"), "plain")
        side.add(Flow(stands))
        shown = version_words(self.found, version)
        for line in shown or [_("nothing")]:
            side.add(HerWords(line))
        who = " · ".join(filter(None, (version.full_name or version.who, version.site, show_moment(version.at))))
        side.add(Sentence(who, tone="muted", role="small"))
        words = _("Keep this one")
        if self.found.field == "removed":
            words = _("Leave it out") if version.value else _("Keep it in")
        keep = OURS if version.stands else THEIRS
        pick = 0 if version.stands else self.found.others.index(version) + 1
        button = self._act(words, lambda: self._settle(keep, pick), more="; ".join(shown) or _("nothing"))
        self.keep_buttons.append(button)
        side.add(Flow(button))
        return side

    def _act(self, words: str, press: Callable[[], object], *, more: str = "") -> Button:
        """A button that is told apart from those of other cards."""
        button = Button(words, press)
        told = ", ".join(filter(None, (self.found.name or self.found.about, self.what, more[:60])))
        button.setAccessibleName(f"{words}: {told}")
        return button

    def begin(self) -> None:
        """Put the focus where work starts."""
        if self.form is not None:
            self.form.editors[self.found.field].setFocus()
        else:
            self.keep_buttons[0].setFocus()

    # Settling

    def _settle(self, keep: str, pick: int = 0, value: Any = None) -> None:
        self.problem.clear()
        try:
            done = self.page.shell.desk.do(self.page, _settle_conflict, self.found, keep, pick, value)
        except Refused as refused:
            if self.form is None or self.found.field not in refused.fields:
                self.problem.show_problem(refused)
            if self.form is not None:
                self.form.show_problems(refused.fields)
        except Problem as problem:
            if problem.code == "changed" or isinstance(problem, NotFound):
                self.page.refresh()
                self.page.problem.show_problem(problem)
            else:
                self.problem.show_problem(problem)
        else:
            self.form = None
            self.page.settled(self, done, changed=keep != OURS)

    # Writing it anew

    def write(self, draft: str = "") -> None:
        """An editor for the field, with what was begun or what stands."""
        found = self.found
        day = self.page.shell.desk.read(lambda unit: unit.today())
        self.form = form = RecordForm({found.field: found.spec}, today=lambda: day)
        form.show_values({found.field: draft or found.versions[0].value})
        form.settled.connect(self._keep_draft)
        keep = PrimaryButton(_("Keep what I wrote"), self._written, icon_name="check")
        cancel = Button(_("Cancel"), self._cancel)
        for button in (keep, cancel):
            button.setAccessibleName(f"{button.text()}: {self.what}")
        self.writing = Stack(form, Flow(keep, cancel), space=t.S3)
        self.add(self.writing)
        self.acts.hide()
        form.editors[found.field].setFocus()

    def keep_words(self) -> None:
        """Keep what is being typed."""
        if self.form is not None:
            self.form.flush()

    def _keep_draft(self, field: str, text: str) -> None:
        found = self.found
        self.page.shell.desk.do(self.page, drafts.save_draft, DRAFT + found.record, field, found.participant, text)

    def _written(self) -> None:
        assert self.form is not None
        try:
            value = self.form.values()[self.found.field]
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return
        self._settle("", value=value)

    def _cancel(self) -> None:
        self.form = None
        self.page.shell.desk.do(self.page, drafts.drop_draft, DRAFT + self.found.record, self.found.field)
        self.problem.clear()
        self.acts.show()
        self.write_button.setFocus()
        self.writing.hide()
        self.writing.deleteLater()


def version_words(found: Disagreement, version: Version) -> list[str]:
    """What a version says, line by line: what a removal is against is several fields."""
    if found.field != "removed":
        words = _shown(version.value, version.words)
        return [words] if words else []
    if version.value:
        return [_("Taken out")]
    return [f"{one.label}: {_shown(one.value, one.words) or _('nothing')}" for one in version.changed] or [_("Changed")]


def _shown(value: Any, words: str) -> str:
    return show_day(value) if isinstance(value, dt.date) else words


def _settle_conflict(unit: Unit, found: Disagreement, keep: str, pick: int, value: Any) -> Settlement:
    done = conflicts.settle_conflict(unit, found.record, found.field, keep, pick=pick, value=value, shown=found)
    drafts.drop_draft(unit, DRAFT + found.record, found.field)
    return done


def _begun(unit: Unit) -> dict[str, Unfinished]:
    """What whoever is at the desk began to write here, by the id of the disagreement."""
    mine = [draft for draft in drafts.unfinished(unit) if draft.record.startswith(DRAFT)]
    return {f"{draft.record.removeprefix(DRAFT)}/{draft.field}": draft for draft in mine}
