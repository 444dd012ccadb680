"""The words around plans, how they are written and printed here, and what to do if she must be helped at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...actions import packs
from ...base.problems import Problem
from ...base.words import _, language
from ...records.people import PlanTitle, Site, SiteKind
from ...store import Unit
from .. import tokens as t
from ..choosing import choose_file, choose_new_file
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..tabs import Tab
from ..widgets import Button, Card, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence, reveal
from .safety import CALL, STEPS
from .settings_values import SiteValues

if TYPE_CHECKING:
    from .settings import SettingsPage

TOGETHER = ("keyboard_hers", "virtual_printers")
HELP_AT_ONCE = ("safety_steps", "safety_call")


class PlansTab(Tab):
    """Everybody may read it; an administrator may change it."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        store = page.shell.desk.store
        self.may = store.who.administrator
        self.wrap = Notice("", "info")
        self.named = SiteValues(page, ("plan_title",))
        self.named.kept.connect(lambda values: self._tell_title(values["plan_title"]))
        self.together = SiteValues(page, TOGETHER)
        self.help = SiteValues(page, HELP_AT_ONCE)
        self.forms = [self.named, self.together, self.help]
        self.usual = {"safety_steps": _Usual(STEPS), "safety_call": _Usual(CALL)}
        for name, usual in self.usual.items():
            row = self.help.rows[name].layout()
            assert isinstance(row, QVBoxLayout)
            row.insertWidget(row.indexOf(self.help.editors[name]) + 1, usual)
        self.help.changed.connect(lambda _name: self._tell_usual())
        columns = Columns(ratio=(3, 2))
        self.packs = PacksCard(page)
        columns.left.add(self.packs)
        if page.shell.desk.read(_is_office):
            columns.left.add(SignCard(page))
        columns.right.add(Card(_("The name of a plan"), self.named, self.wrap))
        columns.right.add(
            Card(
                _("If abuse or a wish to die comes up"),
                self.help,
                note=_("A worker sees these words at once when it comes up. Write them together with the facility."),
            )
        )
        columns.left.add(
            Card(
                _("Writing and printing"),
                self.together,
                note=_("A printer that makes a file or a fax leaves a copy of her words outside this program."),
            )
        )
        if not self.may:
            self.add(Notice(_("Only an administrator changes these values. Ask one of them.")))
        self.add(columns)

    def refresh(self) -> None:
        for form in self.forms:
            form.refresh()
        self._tell_title(self.named.editors["plan_title"].get())
        self._tell_usual()
        self.packs.refresh()

    def leave(self) -> None:
        """Write what was changed and not yet kept."""
        for form in self.forms:
            form.keep()

    def _tell_usual(self) -> None:
        for name, usual in self.usual.items():
            reveal(usual, not self.help.editors[name].typed().strip())

    def _tell_title(self, title: str) -> None:
        words = _("WRAP is a registered name. Use it only if your site has the right to, with its trademark notice.")
        self.wrap.say(words if title == PlanTitle.WRAP else "")


class _Usual(Stack):
    """What a worker sees at once as long as nobody wrote the facility's own words."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(Sentence(_("Used until you write your own:"), tone="muted", role="small"), space=t.S1)
        for line in lines:
            self.add(Sentence(_(line), tone="muted"))


def _is_office(unit: Unit) -> bool:
    return unit.get(Site, unit.store.site).kind == SiteKind.OFFICE


class PacksCard(Card):
    """The template packs here, who signed each, and which one new plans begin with."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(
            _("Template packs"),
            note=_(
                "The questions and ideas around a plan. A plan keeps the pack it was begun with. "
                "Her words stay as they are."
            ),
        )
        self.page = page
        self.may = page.shell.desk.store.who.administrator
        self.list = Stack(space=8)
        self.told = Notice("", "ok")
        self.add(self.list)
        self.add(self.told)
        if self.may:
            self.take = PrimaryButton(_("Take in a pack"), self._take, icon_name="download")
            self.add(self.take)

    def refresh(self) -> None:
        for row in self.list.findChildren(QWidget, "row"):
            row.hide()
            row.deleteLater()
        for number, pack in enumerate(self.page.shell.desk.read(packs.packs)):
            if number:
                rule = Rule()
                rule.setObjectName("row")
                self.list.add(rule)
            self.list.add(self._row(pack))

    def _row(self, pack: packs.Known) -> QWidget:
        signer = _("signed by {site}").format(site=pack.signed_by) if pack.signed_by else _("comes with the program")
        said = Stack(
            Sentence(pack.title, role="strong", wide=True),
            Sentence(f"{pack.id}, {signer}", tone="muted", role="small", wide=True),
            space=0,
        )
        acts = Flow(right=True)
        if pack.in_use:
            acts.add(Pill(_("Used for new plans"), "ok", icon_name="check"))
        elif self.may:
            button = LinkButton(_("Use for new plans"), lambda: self._use(pack), icon_name="check")
            button.setAccessibleName(f"{button.text()}: {pack.title}, {pack.id}")
            acts.add(button)
        row = QWidget()
        row.setObjectName("row")
        split = SplitLayout(row)
        split.addWidget(said)
        split.addWidget(acts)
        return row

    def _use(self, pack: packs.Known) -> None:
        try:
            self.page.shell.desk.do(self.page, packs.use_pack, pack.id)
        except Problem as problem:
            self.told.say(problem.sentence, "danger")
        else:
            self.refresh()
            self.take.setFocus()  # the button that was pressed is gone
            self.told.say(_("New plans begin with “{title}” from now on.").format(title=pack.title), "ok")

    def _take(self) -> None:
        path = choose_file(self, _("Which template pack?"), _("Template packs (*.pack);;All files (*)"))
        if path is None:
            return
        try:
            pack = self.page.shell.desk.do(self.page, packs.take_pack, packs.read_file(path))
        except Problem as problem:
            self.told.say(problem.sentence, "danger")
        else:
            self.refresh()
            words = _("“{title}” is here now. New plans begin with it once you choose it.")
            self.told.say(words.format(title=pack.title[language()]), "ok")


class SignCard(Card):
    """At the office: a pack signed with its key, so that facilities can take it in."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__(
            _("A pack for other sites"),
            note=_("Signed here, a pack is taken in at every site that has this office's card."),
        )
        self.page = page
        self.told = Notice("", "ok")
        self.add(self.told)
        if page.shell.desk.store.who.administrator:
            self.add(Button(_("Sign a pack"), self._sign, icon_name="shield-check"))

    def _sign(self) -> None:
        source = choose_file(self, _("Which pack is to be signed?"), _("Packs as text (*.json);;All files (*)"))
        if source is None:
            return
        target = choose_new_file(
            self, _("Where does the signed pack go?"), _("Template packs (*.pack)"), source.with_suffix(".pack")
        )
        if target is None:
            return
        try:
            pack = packs.sign_file(self.page.shell.desk.store, source, target)
        except Problem as problem:
            self.told.say(problem.sentence, "danger")
        else:
            words = _("“{title}” is signed, in {file}. Take it to the other sites.")
            self.told.say(words.format(title=pack.title[language()], file=target.name), "ok", more=pack.id)
