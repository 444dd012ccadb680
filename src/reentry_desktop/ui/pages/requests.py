"""The register of requests: who asks for what, what is decided, and beside it what the rule says."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ...actions import drafts, requests, withholding
from ...actions.requests import ASKED, DECIDED, Asked
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Right, choice_label, fields
from ...records.participant import Language, Participant
from ...records.request import Asker, Authority, Decision, InformationRequest
from .. import tokens as t
from ..days import show_day
from ..editors import ChoiceBox
from ..form import FieldRow, RecordForm
from ..kept import Kept, keep_typed
from ..layouts import Columns, Flow, Reading, SplitLayout, Stack
from ..page import Page
from ..widgets import Button, Card, EmptyState, Notice, Pill, PrimaryButton, Rule, Sentence
from .request_guide import GuideCard
from .shown_paper import ShownPaper

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

DRAFT = "request/"
"""How the drafts of this page are named: the request, or ``new``."""
LOOKS = {
    Decision.GIVEN: ("circle-check", "ok"),
    Decision.PART: ("circle-check", "ok"),
    Decision.REFUSED: ("circle-pause", "plain"),
    Decision.WITHDRAWN: ("archive", "plain"),
}


def state_pill(record: InformationRequest, day: dt.date) -> Pill:
    """Where it stands, in words."""
    if record.decision:
        icon, tone = next((look for key, look in LOOKS.items() if key == record.decision), ("circle", "plain"))
        return Pill(choice_label(Decision, record.decision), tone, icon_name=icon)
    if record.by_when is None:
        return Pill(_("Not answered yet"), "info", icon_name="circle-dot")
    words = _("Answer by {day}") if record.by_when >= day else _("The day to answer was {day}")
    tone = "info" if (record.by_when - day).days > requests.SOON else "warn"
    return Pill(words.format(day=show_day(record.by_when)), tone, icon_name="clock")


class RequestsPage(Page):
    """``show_page("requests")`` is the register; *new* notes another, about *participant* where she has a record.

    *request* opens one of them, *guide* what may be given. *participant* alone shows those about her.
    """

    key = "requests"
    title = N_("Requests for information")
    icon = "message-circle"
    under = "participants"
    needs = Right.REQUESTS
    of_several = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = self.request = Id("")
        self.new = self.guide = False
        self.form: RecordForm | None = None
        self.rules: GuideCard | None = None

    def open(self, **args: Any) -> None:
        self.woman, self.request = Id(args.get("participant") or ""), Id(args.get("request") or "")
        self.new, self.guide = bool(args.get("new")), bool(args.get("guide"))
        self.form = None
        if self.request:
            self.shell.desk.do(self, requests.open_request, self.request)
        self.refresh()

    def refresh(self) -> None:
        """Read again. What is typed is a draft by now, and comes back."""
        keep_typed(self)
        self.clear()
        self.problem.clear()
        self.form = self.rules = None
        if self.guide:
            self._show_guide()
        elif self.new:
            self._show_new()
        elif self.request:
            self._show_one(self.shell.desk.read(requests.request, self.request))
        else:
            self._show_all()

    def begin(self) -> None:
        """At the first question, once the page has been laid out."""
        QTimer.singleShot(0, self, super().begin)

    def go_back(self) -> None:
        if self.new or self.request or self.guide:
            self.shell.show_page("requests", participant=self.woman)
        elif self.woman:
            self.shell.show_page("participant", participant=self.woman)
        else:
            self.shell.show_page("participants")

    # All of them

    def _show_all(self) -> None:
        desk, shell = self.shell.desk, self.shell
        found = desk.read(requests.requests, self.woman)
        her = desk.read(lambda unit: unit.find(Participant, self.woman)) if self.woman else None
        told = her.name if her else _("Who asks about a woman, what was decided, and what was given.")
        new = PrimaryButton(_("Note a request"), lambda: shell.show_page("requests", new=True, participant=self.woman),
                            icon_name="plus")  # fmt: skip
        what = Button(_("What may be given"), lambda: shell.show_page("requests", guide=True, participant=self.woman),
                      icon_name="circle-question-mark")  # fmt: skip
        printed = Button(_("Print the register"), lambda: shell.show_page("answer"), icon_name="printer")
        self.set_head(_(self.title), told, printed, what, new,
                      way_back=_("Back to her page") if self.woman else _("Back to the participants"))  # fmt: skip
        if desk.read(_begun):
            notice = Notice("", "info")
            go_on = Button(_("Go on writing"), lambda: shell.show_page("requests", new=True), icon_name="pencil")
            notice.say(_("A request that you began is kept. It is not in the register yet."), "info", acts=[go_on])
            self.add(notice)
        if not found:
            words = _("Nobody has asked for information yet.")
            self.add(Card("", EmptyState("message-circle", words, more=_(
                "Note each request, a call too, before anybody answers it."))))  # fmt: skip
            return
        waiting = [one for one in found if not one.record.decision]
        done = [one for one in found if one.record.decision]
        for title, rows in ((_("To be answered"), waiting), (_("Answered"), done)):
            if rows:
                card = Card(f"{title} ({len(rows)})")
                for place, one in enumerate(rows):
                    if place:
                        card.add(Rule())
                    card.add(self._row(one))
                self.add(card)

    def _row(self, one: Asked) -> QWidget:
        record, day = one.record, self._today()
        about = _("About {whom}").format(whom=one.name or record.about) if one.name or record.about else ""
        asked = _("Asked on {day}").format(day=show_day(record.asked_on))
        told = " · ".join(filter(None, (choice_label(Asker, record.asker), about, asked)))
        said = Stack(Sentence(record.who, role="strong", wide=True), Sentence(told, tone="muted", wide=True), space=0)
        look = Button(_("Open"), partial(self._open_one, record.id))
        look.setAccessibleName(f"{look.text()}: {record.who}, {asked}")
        whole = QWidget()
        split = SplitLayout(whole, space=t.S3)
        split.addWidget(said)
        split.addWidget(Flow(state_pill(record, day), look, space=t.S3, right=True))
        return whole

    def _open_one(self, request: Id) -> None:
        self.shell.show_page("requests", request=request, participant=self.woman)

    def _today(self) -> dt.date:
        return self.shell.desk.read(lambda unit: unit.today())

    # A new one

    def _show_new(self) -> None:
        her = self.shell.desk.read(lambda unit: unit.find(Participant, self.woman)) if self.woman else None
        told = _("About {whom}").format(whom=her.name) if her else _("Nothing is told to anybody by noting it.")
        self.set_head(_("Note a request"), told, way_back=_("Back to the requests"))
        only = ASKED if her else ("about", *ASKED)
        keep = PrimaryButton(_("Keep this request"), self._add, icon_name="check")
        usual = {"asked_on": self._today(), "authority": Authority.NONE}
        self._show_form("new", only, usual, Card(_("Who asks, and for what")), keep)

    def _add(self) -> None:
        if (values := self._values()) is None:
            return
        made = self._try(requests.add_request, self.woman, **values)
        if made is not None:
            self._kept.done()
            self.form = None
            self.shell.show_page("requests", request=made, participant=self.woman)

    # One of them

    def _show_one(self, one: Asked) -> None:
        record = one.record
        about = _("About {whom}").format(whom=one.name or record.about) if one.name or record.about else ""
        answer = Button(_("The answer as a letter"), lambda: self.shell.show_page("answer", request=record.id),
                        icon_name="printer")  # fmt: skip
        answer.setEnabled(bool(record.decision))
        self.set_head(record.who, about, answer, way_back=_("Back to the requests"))
        said = [
            Flow(state_pill(record, self._today())),
            Sentence(choice_label(Asker, record.asker)),
            Sentence(_("They ask for: {what}").format(what=record.what), wide=True),
            Sentence(_("They showed: {what}").format(what=choice_label(Authority, record.authority))),
            Sentence(_("Asked on {day}").format(day=show_day(record.asked_on)), tone="muted"),
        ]
        if record.participant:  # before anything is given: who asks may be on her list
            found = self.shell.desk.read(withholding.matches, record.participant, record.who)
            said += [Notice(match.sentence, "warn") for match in found]
        keep = PrimaryButton(_("Keep this decision"), self._decide, icon_name="check")
        values = {name: getattr(record, name) for name in DECIDED}
        values["decided_on"] = values["decided_on"] or self._today()
        card = Card(_("What is decided"), note=_("Nothing is given before it is decided here, and by whom."))
        self._show_form(record.id, DECIDED, values, card, keep, Card(_("The request"), *said), record)

    def _decide(self) -> None:
        if (values := self._values()) is None:
            return
        if not values["decision"]:
            assert self.form is not None
            self.form.show_problems({"decision": _("Choose one of the list.")})
            return
        if self._try(requests.decide_request, self.request, **values) is not None:
            self._kept.done()
            self.form = None
            self.refresh()
            self.problem.say(_("Kept. The letter that answers it can be printed."), "ok")

    # Forms

    def _show_form(
        self, of: str, only: tuple[str, ...], values: dict[str, Any], card: Card, keep: Button, *above: Any
    ) -> None:
        columns = Columns(ratio=(3, 2))
        record = next((one for one in above if isinstance(one, InformationRequest)), None)
        for widget in above:
            if isinstance(widget, QWidget):
                columns.left.add(widget)
        self.form = form = RecordForm(fields(InformationRequest), only=only, today=self._today)
        form.show_values(values)
        self._kept = Kept(self, form.editors).show(DRAFT + of)
        card.add(form)
        card.add(Flow(keep, space=t.S3))
        columns.left.add(card)
        self.rules = rules = GuideCard()
        columns.right.add(rules)
        if record is not None:
            rules.show_rules(record.asker, record.authority)
        else:
            form.changed.connect(self._show_rules)
            self._show_rules("")
        self.add(columns)

    def _show_rules(self, _key: str) -> None:
        if self.form is not None and self.rules is not None:
            typed = self.form.typed()
            self.rules.show_rules(typed["asker"], typed["authority"])

    def _values(self) -> dict[str, Any] | None:
        assert self.form is not None
        try:
            return self.form.values()
        except Refused as refused:
            self.form.show_problems(refused.fields)
            return None

    def _try(self, command: Any, record: Id, **values: Any) -> Any:
        assert self.form is not None
        try:
            return self.shell.desk.do(self, command, record, **values)
        except Refused as refused:
            self.form.show_problems(refused.fields)
            self.problem.show_problem(" ".join(w for key, w in refused.fields.items() if key not in self.form.rows))
        except Problem as problem:
            self.problem.show_problem(problem)
        return None

    # What may be given

    def _show_guide(self) -> None:
        self.set_head(_("What may be given"), _("By who asks, and what they show for it."),
                      way_back=_("Back to the requests"))  # fmt: skip
        self.asker, self.authority = ChoiceBox(Asker, required=True), ChoiceBox(Authority, required=True)
        self.asker.set(Asker.WARDEN)
        self.authority.set(Authority.NONE)
        self.rules = rules = GuideCard()

        def show() -> None:
            rules.show_rules(str(self.asker.get()), str(self.authority.get()))

        rows = Stack(FieldRow(_("Who asks"), self.asker), FieldRow(_("What they showed"), self.authority))
        for editor in (self.asker, self.authority):
            editor.changed.connect(show)
        show()
        columns = Columns(ratio=(2, 3))
        columns.left.add(Card("", rows))
        columns.right.add(rules)
        self.add(columns)


def _begun(unit: Unit) -> bool:
    """Whether whoever is at the desk began to note a request."""
    return any(drafts.draft_of(unit, DRAFT + "new", name) for name in ("about", *ASKED))


class AnswerPage(ShownPaper):
    """``show_page("answer", request=ID)`` shows the letter that answers it; without one, the register."""

    key = "answer"
    title = N_("Answer to a request")
    icon = "printer"
    under = "participants"
    needs = Right.REQUESTS

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.request = Id("")
        self.pdf: Any = None
        self.language = ChoiceBox(Language, required=True)
        self.language.set(Language.ENGLISH)
        self.language.changed.connect(self.refresh)
        self.fill(Reading(FieldRow(_("Language"), self.language), width=20))

    def open(self, **args: Any) -> None:
        self.request = Id(args.get("request") or "")
        if self.request:
            self.shell.desk.do(self, requests.open_request, self.request)
        told = _("Where nothing is given it names nobody, and says neither yes nor no.")
        title = _(self.title) if self.request else _("Register of requests")
        self.show_head(title, told if self.request else "", _("Back to the requests"))
        self.refresh()

    def refresh(self) -> None:
        language = str(self.language.get())
        try:
            if self.request:
                self.pdf = self.shell.desk.read(requests.answer_letter, self.request, language)
            else:
                self.pdf = self.shell.desk.read(requests.register_sheet, language)
        except Problem as problem:
            self.pdf = None
            self.problem.show_problem(problem)
        self.show_pdf(self.pdf.data if self.pdf is not None else b"")

    def go_back(self) -> None:
        self.shell.show_page("requests", **({"request": self.request} if self.request else {}))

    def note(self, *, how: str, to: str = "", printer: str = "", copies: int = 1) -> None:
        pdf, about = self.pdf, [self.request] if self.request else []

        def print_answer(unit: Unit) -> None:
            requests.record_sheet(unit, pdf, about, how=how, to=to, printer=printer)

        def print_register(unit: Unit) -> None:
            requests.record_sheet(unit, pdf, about, how=how, to=to, printer=printer)

        self.shell.desk.do(self, print_answer if about else print_register)
