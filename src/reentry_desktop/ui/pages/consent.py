"""One consent: built in words, read with her, signed on the screen or on paper, and taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QWidget

from ...actions import consent_papers, consents, moves, withholding
from ...base.ids import Id
from ...base.problems import Problem, Refused
from ...base.words import N_, _
from ...records.base import Right, choice_label, fields
from ...records.consent import LEGAL_MATTERS, Consent, Form, Status, ToWhom
from ...records.participant import Participant
from ...records.plan import Supporter
from .. import tokens as t
from ..checks import Check
from ..editors import ChoiceBox
from ..form import FieldRow, RecordForm
from ..layouts import Columns, Flow, Stack
from ..page import Page
from ..widgets import Button, Card, Heading, LinkButton, Notice, Sentence
from .consent_after import After
from .consent_sign import Signing
from .consents import status_pill
from .gate import print_sheet

if TYPE_CHECKING:
    from ...store import Unit
    from ..window import MainWindow

WRITTEN = (
    "recipient", "place", "what", "purpose", "expires_on", "expires_event", "discloser", "revoke_how", "refusing",
    "language",
)  # fmt: skip
"""What is written in a form, in the order it is talked about."""


class ConsentPage(Page):
    """``show_page("consent", participant=ID, consent=ID)``. What is written is kept as each field is left."""

    key = "consent"
    title = N_("Consent")
    icon = "shield-check"
    under = "participants"
    needs = Right.CONSENT

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.woman = self.consent = Id("")
        self.form: RecordForm | None = None
        self.signing: Signing | None = None
        self.checks: dict[str, QCheckBox] = {}

    def open(self, **args: Any) -> None:
        self.woman, self.consent = Id(args["participant"]), Id(args["consent"])
        self.problem.clear()
        self._build()

    def refresh(self) -> None:
        """Read again; what is typed was kept as each field was left."""
        if self._keep():
            self._build()

    def leave(self) -> None:
        self._keep()

    def go_back(self) -> None:
        self.shell.show_page("consents", participant=self.woman)

    def print_page(self) -> None:
        """The paper, to sign or as it was signed."""
        if not self._keep():
            return
        try:
            made = self.shell.desk.read(consent_papers.consent_print, self.consent)

            def print_consent(unit: Unit, printer: str) -> None:
                consent_papers.note_sheet(unit, made, how="printed", printer=printer)

            if print_sheet(self, made.pdf, print_consent):
                self.shell.toast(_("Printed. Take it from the printer now."))
        except Problem as problem:
            self.problem.show_problem(problem)

    def _build(self) -> None:
        self.clear()
        desk = self.shell.desk
        paper = desk.read(consents.consent_named, self.woman, self.consent)
        self.writable = desk.read(moves.held, self.woman).writable and desk.may("sign_consent")
        her = desk.read(lambda unit: unit.get(Participant, self.woman))
        title = choice_label(Form, paper.consent.form)
        acts = [Button(_("Print the paper"), self.print_page, icon_name="printer")]
        self.set_head(title, her.name, *acts, way_back=_("Back to her consents"))
        self.form = self.signing = None
        columns = Columns(ratio=(1, 1), narrow=56)
        if paper.status == Status.DRAFT and paper.consent.signed_on is None and self.writable:
            columns.left.add(self._words(paper.consent))
            columns.right.add(self._reading(paper.consent, her.name))
            self.signing = Signing(self, paper.consent)
            columns.right.add(self.signing)
        else:
            columns.left.add(self._reading(paper.consent, her.name, status_pill(paper.status)))
            columns.right.add(After(self, paper))
        self.add(columns)

    # What it says

    def _words(self, consent: Consent) -> Card:
        card = Card(_("What it says"), note=_("Fill it in with her. Everything is kept as you go on."))
        self.warning = Notice("", "warn")
        kinds = [kind for kind in ToWhom if (kind in LEGAL_MATTERS) == (consent.form == Form.LEGAL)]
        self.to_whom = ChoiceBox([(kind.value, kind.label) for kind in kinds])
        self.to_whom.set(consent.to_whom)
        self.to_whom.left.connect(self._left)
        self.checks = {}
        boxes = Stack(space=0)
        for kind in consents.kinds_for(consent.form):
            check = Check(_(kind.label), on=kind in consent.told())
            check.box.clicked.connect(lambda _on=False: self._left())
            self.checks[kind] = check.box
            boxes.add(check)
        self.supporters = self._supporters(consent)
        self.form = RecordForm(fields(Consent), only=WRITTEN, today=lambda: self.shell.desk.read(lambda u: u.today()))
        self.form.show_values({name: getattr(consent, name) for name in WRITTEN})
        for editor in self.form.editors.values():
            editor.left.connect(self._left)
        self.kinds_problem = Notice("", "danger")
        specs = fields(Consent)
        kinds_label, to_label = specs["kinds"].label, specs["to_whom"].label
        label = Sentence(_(kinds_label), role="strong")
        self.to_row = FieldRow(_(to_label), self.to_whom)
        for widget in (self.warning, self.to_row, self.supporters, Stack(label, boxes, self.kinds_problem, space=t.S1)):
            card.add(widget)
        card.add(self.form)
        card.add(LinkButton(_("Throw this away"), self._drop, icon_name="trash-2"))
        self._warn(consent.recipient, consent.place)
        return card

    def _supporters(self, consent: Consent) -> QWidget:
        """The supporters of her plan, to take one by name."""
        found = self.shell.desk.read(_supporters_of, self.woman)
        flow = Flow()
        if found and consent.form == Form.ORDINARY:
            flow.add(Sentence(_("From her plan:"), tone="muted", role="small"))
            for one in found:
                flow.add(LinkButton(one.name, partial(self._take, one), icon_name="user"))
        return flow

    def _take(self, one: Supporter) -> None:
        """The consent is for this supporter."""
        if not self._keep():
            return
        self.shell.desk.do(
            self, consents.revise_consent, self.consent, to_whom=str(ToWhom.SUPPORTER), recipient=one.name,
            place=one.phone, supporter=one.id,
        )  # fmt: skip
        self._build()

    def _left(self) -> None:
        """Something was said: keep it, and read what she would sign now."""
        if self._keep() and self.signing is not None:
            paper = self.shell.desk.read(consents.consent_named, self.woman, self.consent)
            self._show_words(paper.consent)
            self._say_usual(paper.consent)
            self.signing.show_consent(paper.consent)

    def _say_usual(self, consent: Consent) -> None:
        """The usual words follow the language of the paper."""
        for name in ("discloser", "revoke_how", "refusing"):
            if self.form is not None and self.form.editors[name].typed().strip() != getattr(consent, name):
                self.form.editors[name].set(getattr(consent, name))

    def _keep(self) -> bool:
        """Keep what stands in the form. False where something in it has no meaning, and is only on the screen."""
        if self.form is None:
            return True
        try:
            values = self.form.values() | {"to_whom": self.to_whom.get(), "kinds": self._kinds()}
            values["language"] = values["language"] or "en"
            if not values["recipient"] or self.to_whom.get() != ToWhom.SUPPORTER:
                values["supporter"] = ""
            self.shell.desk.do(self, consents.revise_consent, self.consent, **values)
        except Refused as refused:
            self.form.show_problems(refused.fields)
            self.to_row.show_problem(_(refused.fields.get("to_whom", "")))
            self.kinds_problem.say(_(refused.fields.get("kinds", "")), "danger")
            return False
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        self.kinds_problem.say("")
        self._warn(values["recipient"], values["place"])
        return True

    def _kinds(self) -> str:
        return " ".join(kind for kind, check in self.checks.items() if check.isChecked())

    def _warn(self, name: str, phone: str) -> None:
        """Say where a name may be on her list of who is never told."""
        found = self.shell.desk.read(withholding.matches, self.woman, name, phone)
        self.warning.say(" ".join(match.sentence for match in found), "warn")

    def _drop(self) -> None:
        self.form = None
        self.shell.desk.do(self, consents.drop_consent, self.consent)
        self.go_back()

    # What she reads or hears

    def _reading(self, consent: Consent, name: str, *pills: QWidget) -> Card:
        self.read = Stack(space=t.S3)
        self.reader_name = name
        card = Card(_("What she signs"), note=_("Read it to her, word by word, in her language."))
        if pills:
            card = Card(_("What she signed"), Flow(*pills))
        card.add(self.read)
        self._show_words(consent)
        return card

    def _show_words(self, consent: Consent) -> None:
        while (item := self.read.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.read.add(Sentence(consent_papers.lead(consent, self.reader_name)))
        for heading, words in consent_papers.elements(consent):
            self.read.add(Stack(Heading(heading), Sentence(words or "—"), space=t.S1))

    def signed(self) -> None:
        """She signed: the page shows what stands now."""
        self.form = None
        self._build()


def _supporters_of(unit: Unit, woman: Id) -> list[Supporter]:
    from ...actions.plans import contents
    from ...actions.women import current_plan

    plan = current_plan(unit, woman)
    return list(contents(unit, plan.id).supporters) if plan is not None else []
