"""The staff of this store: who there is, a new one, a passphrase that works once, an account that is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import database, staff
from ...base.problems import Problem, Refused
from ...base.words import _
from ...records.base import choice_label, fields
from ...records.people import Person, Role, Scope
from ...store import Store
from ..choosing import choose_folder
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..widgets import Button, Card, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence

if TYPE_CHECKING:
    from .settings import SettingsPage

ASKED = ("name", "full_name", "credential", "role", "scope", "team", "administrator")
CHANGED = ("role", "scope", "team", "administrator")
"""What an administrator may change of somebody who works here."""


class StaffTab(Stack):
    """Everybody may see who works here; an administrator may change it."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        self.handed = Card("")
        self.handed.hide()
        self.problem = Notice("", "danger")
        self.columns = Columns(ratio=(3, 2))
        self.people = Card(_("Who works here"))
        self.columns.left.add(self.people)
        ways = [LinkButton(_("Who may do what"), lambda: page.shell.show_page("roles"), icon_name="shield-check")]
        if page.shell.desk.may("look_at_break_glass"):
            opened = LinkButton(
                _("Opened with a reason"), lambda: page.shell.show_page("opened"), icon_name="key-round"
            )
            ways.append(opened)
        self.columns.left.add(Flow(*ways))
        self.form: RecordForm | None = None
        self.saving: dict[str, LinkButton] = {}
        store = page.shell.desk.store
        if store.who.administrator:
            self.columns.right.add(self._new())
        else:
            self.columns.right.add(
                Card("", Notice(_("Only an administrator adds staff and gives passphrases. Ask one of them.")))
            )
        self.add(self.problem)
        self.add(self.handed)
        self.add(self.columns)

    def refresh(self) -> None:
        self.people.clear()
        rows = self.page.shell.desk.read(staff.users)
        rows.sort(key=lambda row: (row["disabled_on"] is not None, row["name"].casefold()))
        for number, row in enumerate(rows):
            if number:
                self.people.add(Rule())
            self.people.add(self._row(row))

    def forget(self) -> None:
        """What was shown once is not shown again."""
        self.handed.hide()
        self.handed.clear()

    def _row(self, row: dict[str, Any]) -> QWidget:
        name, store = row["name"], self.page.shell.desk.store
        pills = Flow()
        if row["administrator"]:
            pills.add(Pill(_("Administrator"), "info", icon_name="shield-check"))
        if row["id"] == store.who.id:
            pills.add(Pill(_("You"), "primary", icon_name="user"))
        sees = choice_label(Scope, row["scope"]) if row["scope"] else ""
        told = (row["full_name"], row["credential"], choice_label(Role, row["role"]), sees, row["team"])
        said = Stack(
            Sentence(name, role="strong", wide=True),
            Sentence(", ".join(filter(None, told)), tone="muted", role="small", wide=True),
            space=0,
        )
        if row["saves_open"] and not row["disabled_on"]:
            pills.add(Pill(_("May save without a passphrase"), "info", icon_name="file-text"))
        acts = Flow(right=True)
        if row["disabled_on"]:
            pills.add(Pill(_("Closed on {day}").format(day=show_day(row["disabled_on"])), "plain", icon_name="archive"))
        elif store.who.administrator:
            acts = self._acts(name, own=row["id"] == store.who.id, saves_open=row["saves_open"])
        whole = QWidget()
        split = SplitLayout(whole)
        split.addWidget(Stack(said, pills, space=4))
        split.addWidget(acts)
        return whole

    def _acts(self, name: str, *, own: bool, saves_open: bool) -> Flow:
        """What an administrator does about an account; nobody closes her own."""
        acts = Flow(right=True)
        words = _("Save with a passphrase only") if saves_open else _("Allow saving without a passphrase")
        self.saving[name] = LinkButton(words, lambda: self._save_open(name, on=not saves_open), icon_name="lock")
        buttons = [self.saving[name], LinkButton(_("Role"), lambda: self._ask_role(name), icon_name="shield-check")]
        if not own:
            reset = LinkButton(_("New passphrase"), lambda: self._reset(name), icon_name="key-round")
            close = LinkButton(_("Close the account"), lambda: self._ask_close(name), icon_name="archive")
            buttons += [reset, close]
            if self.page.shell.desk.store.slots.database:
                buttons.append(
                    LinkButton(_("A folder for another PC"), lambda: self._folder(name), icon_name="key-round")
                )
        for button in buttons:
            button.setAccessibleName(f"{button.text()}: {name}")
            acts.add(button)
        return acts

    def _save_open(self, name: str, *, on: bool) -> None:
        try:
            self.page.shell.desk.do(self.page, staff.set_saves_open, name, on=on)
        except Problem as problem:
            self.problem.say(problem.sentence, "danger")
            return
        self.refresh()
        self.saving[name].setFocus()  # the button that was pressed is gone
        words = (
            _("{name} may save a print that everybody can open. Each one is in the record of use.")
            if on
            else _("{name} saves prints with a passphrase only.")
        )
        self.problem.say(words.format(name=name), "warn" if on else "ok")

    def _ask_role(self, name: str) -> None:
        """Ask for another role, scope or group of somebody; it counts from the next unlock on."""
        row = next(one for one in self.page.shell.desk.read(staff.users) if one["name"] == name)
        form = RecordForm(fields(Person), only=CHANGED)
        form.show_values({key: row[key] for key in CHANGED})

        def save() -> None:
            values = form.values()
            try:
                self.page.shell.desk.do(self.page, staff.set_role, name, **values)
            except Problem as problem:
                self.problem.say(problem.sentence, "danger")
                return
            self.forget()
            self.refresh()
            self.problem.say(_("Noted. It counts from the next unlock on."), "ok")

        self.handed.clear()
        self.handed.add(Sentence(_("What {name} does here").format(name=name), role="h2"))
        self.handed.add(form)
        save_button = PrimaryButton(_("Save"), save, icon_name="check")
        self.handed.add(Flow(save_button, Button(_("Leave it as it is"), self.forget)))
        self.handed.show()
        self.page.ensureWidgetVisible(self.handed)

    def _new(self) -> Card:
        self.form = RecordForm(fields(Person), only=ASKED)
        self.form.show_values({"role": Role.COORDINATOR, "administrator": False})
        self.go = PrimaryButton(_("Add"), self._add, icon_name="user-plus")
        return Card(_("Somebody new"), self.form, self.go, note=_("You get a passphrase to hand over; it works once."))

    def _add(self) -> None:
        assert self.form is not None
        form = self.form
        self.problem.say("")
        try:
            values = form.values()
        except Refused as refused:
            form.show_problems(refused.fields)
            return
        if not values["name"]:
            form.show_problems({"name": _("Please fill this in.")})
            return
        said = staff.one_time_passphrase()

        def work(store: Store) -> None:
            staff.add_user(
                store,
                name=values["name"],
                full_name=values["full_name"],
                credential=values["credential"],
                role=values["role"],
                scope=values["scope"],
                team=values["team"],
                administrator=bool(values["administrator"]),
                passphrase=said,
            )

        def done() -> None:
            form.show_values({"role": Role.COORDINATOR, "administrator": False})
            self._hand(values["name"], said)

        self._later(work, done)

    def _reset(self, name: str) -> None:
        said = staff.one_time_passphrase()
        self._later(lambda store: staff.reset_passphrase(store, name, said), lambda: self._hand(name, said))

    def _folder(self, name: str) -> None:
        folder = choose_folder(self, _("Choose an empty folder"))
        if folder is not None:
            self.make_folder(name, folder)

    def make_folder(self, name: str, folder: Path) -> None:
        """Keys and a login of the database for one worker, to be carried to her own PC."""
        words = _("The folder for {name} is ready: {folder}. It opens with the passphrase she has now.")
        self._later(
            lambda store: database.folder_for(store, name, folder),
            lambda: self.problem.say(words.format(name=name, folder=folder), "ok"),
        )

    def _ask_close(self, name: str) -> None:
        words = _("Close the account of {name}? The passphrase opens nothing then. What {name} wrote stays.")
        self.problem.say(
            words.format(name=name),
            "warn",
            acts=[
                Button(
                    _("Close the account"),
                    lambda: self._later(lambda store: staff.disable_user(store, name), self._offer_new_key),
                    kind="danger",
                ),
                Button(_("Leave it open"), lambda: self.problem.say("")),
            ],
        )
        self.page.ensureWidgetVisible(self.problem)

    def _offer_new_key(self) -> None:
        """Whoever left may have an old backup."""
        self.refresh()
        words = _(
            "The account is closed. Old backups still open with that passphrase. A new key for the records helps."
        )
        go = Button(_("A new key for the records"), lambda: self.page.shell.show_page("rekey"), icon_name="key-round")
        self.problem.say(words, "info", acts=[go])

    def _hand(self, name: str, said: str) -> None:
        """Show a passphrase once, until it was written down."""
        self.handed.clear()
        self.handed.add(Sentence(_("For {name}, to be used once:").format(name=name)))
        words = Sentence(said, role="h2")
        words.setAccessibleName(said)
        self.handed.add(words)
        note = _("Write it on paper and hand it over. It is shown only now. At the first unlock a new one is chosen.")
        self.handed.add(Sentence(note, tone="muted"))
        self.handed.add(Button(_("I wrote it down"), self.forget, icon_name="check"))
        self.handed.show()
        self.refresh()
        self.page.ensureWidgetVisible(self.handed)

    def _later(self, work: Callable[[Store], object], then: Callable[[], object]) -> None:
        store = self.page.shell.desk.store
        self.setEnabled(False)
        self.problem.say(_("One moment…"), "info")

        def done(_result: object) -> None:
            self.setEnabled(True)
            self.problem.say("")
            self.refresh()
            then()

        def failed(error: BaseException) -> None:
            self.setEnabled(True)
            self.problem.say("")
            if isinstance(error, Refused) and self.form is not None:
                self.form.show_problems(error.fields)
                rest = [words for key, words in error.fields.items() if key not in ASKED]
                self.problem.say(" ".join(rest), "danger")
            elif isinstance(error, Problem):
                self.problem.say(error.sentence, "danger")
            else:
                raise error

        self.page.shell.desk.later(lambda _job: work(store), done, failed)
