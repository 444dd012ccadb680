"""The staff of this store: who there is, a new one, a passphrase that works once, an account that is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import accounts, database, staff
from ...base.problems import Problem, Refused
from ...base.words import _
from ...records.base import choice_label, fields
from ...records.people import Person, Role, Scope, SiteKind
from ...store import Store
from ..choosing import choose_folder
from ..days import show_day
from ..form import RecordForm
from ..kept import Kept
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..tabs import Tab
from ..widgets import Button, Card, LinkButton, Notice, Pill, PrimaryButton, Rule, Sentence
from .settings_accounts import AnswerCard, ReviewCard

if TYPE_CHECKING:
    from .settings import SettingsPage

DATES = ("clearance_until", "prea_until")
"""Of a volunteer: until when she is cleared and trained."""
ASKED = ("name", "full_name", "credential", "role", "scope", "team", "administrator", *DATES)
CHANGED = ("role", "scope", "team", "administrator")
"""What an administrator may change of somebody who works here."""


class StaffTab(Tab):
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
            told = LinkButton(
                _("Told without a consent"), lambda: page.shell.show_page("told-without"), icon_name="message-circle"
            )
            ways += [opened, told]
        self.columns.left.add(Flow(*ways))
        self.form: RecordForm | None = None
        self.saving: dict[str, LinkButton] = {}
        self.copying: dict[str, LinkButton] = {}
        store = page.shell.desk.store
        self.review = ReviewCard(page)
        if store.who.administrator:
            self.columns.right.add(self._new())
            self.columns.right.add(self.review)
            if store.slots.kind == SiteKind.OFFICE:
                self.columns.right.add(AnswerCard(page))
        else:
            self.columns.right.add(
                Card("", Notice(_("Only an administrator adds staff and gives passphrases. Ask one of them.")))
            )
        self.add(self.problem)
        self.add(self.handed)
        self.add(self.columns)

    def refresh(self) -> None:
        self.review.refresh()
        self.people.clear()
        rows = self.page.shell.desk.read(staff.users)
        rows.sort(key=lambda row: (row["disabled_on"] is not None, row["name"].casefold()))
        for number, row in enumerate(rows):
            if number:
                self.people.add(Rule())
            self.people.add(self._row(row))

    def put_away(self) -> None:
        self.forget()

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
        if row["copies_out"] and not row["disabled_on"]:
            pills.add(Pill(_("May copy records out"), "info", icon_name="download"))
        acts = Flow(right=True)
        if row["second"]:
            pills.add(Pill(_("Second proof"), "info", icon_name="key-round"))
        if row["disabled_on"]:
            pills.add(Pill(_("Closed on {day}").format(day=show_day(row["disabled_on"])), "plain", icon_name="archive"))
            if why := accounts.why_closed(row["closed_why"]):
                said.add(Sentence(why, tone="muted", role="small", wide=True))
            if store.who.administrator:
                acts = self._named(
                    name, LinkButton(_("Open it again"), lambda: self._open_again(name), icon_name="undo-2")
                )
        elif store.who.administrator:
            acts = self._acts(row, own=row["id"] == store.who.id)
        if row["one_time"]:
            pills.add(Pill(_("One-time passphrase not used yet"), "warn", icon_name="clock"))
        if row["locked"]:
            pills.add(Pill(_("Locked"), "warn", icon_name="lock"))
        for key, words in ((DATES[0], _("Cleared until {day}")), (DATES[1], _("PREA training until {day}"))):
            if row[key] and row["role"] == Role.VOLUNTEER:
                pills.add(Pill(words.format(day=show_day(row[key])), "plain", icon_name="calendar"))
        whole = QWidget()
        split = SplitLayout(whole)
        split.addWidget(Stack(said, pills, space=4))
        split.addWidget(acts)
        return whole

    def _acts(self, row: dict[str, Any], *, own: bool) -> Flow:
        """What an administrator does about an account; nobody closes her own."""
        name, saves_open, copies_out = row["name"], row["saves_open"], row["copies_out"]
        words = _("Save with a passphrase only") if saves_open else _("Allow saving without a passphrase")
        self.saving[name] = LinkButton(words, lambda: self._save_open(name, on=not saves_open), icon_name="lock")
        words = _("No more copying out of records") if copies_out else _("Allow copying records out")
        self.copying[name] = LinkButton(words, lambda: self._copy_out(name, on=not copies_out), icon_name="download")
        role = LinkButton(_("Role"), lambda: self._ask_role(name), icon_name="shield-check")
        buttons = [self.saving[name], self.copying[name], role]
        if row["locked"]:
            buttons.insert(0, LinkButton(_("Release"), lambda: self._release(name), icon_name="check"))
        if row["role"] == Role.VOLUNTEER:
            buttons.append(LinkButton(_("Dates"), lambda: self._ask_dates(row), icon_name="calendar"))
        if not own:
            reset = LinkButton(_("New passphrase"), lambda: self._reset(name), icon_name="key-round")
            close = LinkButton(_("Close the account"), lambda: self._ask_close(name), icon_name="archive")
            buttons += [reset, close]
            if self.page.shell.desk.store.slots.database:
                buttons.append(
                    LinkButton(_("A folder for another PC"), lambda: self._folder(name), icon_name="key-round")
                )
        return self._named(name, *buttons)

    def _named(self, name: str, *buttons: LinkButton) -> Flow:
        acts = Flow(right=True)
        for button in buttons:
            button.setAccessibleName(f"{button.text()}: {name}")
            acts.add(button)
        return acts

    def _release(self, name: str) -> None:
        self._later(
            lambda store: accounts.release_account(store, name),
            lambda: self.problem.say(_("Released. {name} can try again.").format(name=name), "ok"),
        )

    def _open_again(self, name: str) -> None:
        said = staff.one_time_passphrase()
        self._later(lambda store: accounts.open_again(store, name, said, slip=True), lambda: self._given(name, said))

    def _ask_dates(self, row: dict[str, Any]) -> None:
        """Ask until when a volunteer is cleared and trained."""
        name, form = row["name"], RecordForm(fields(Person), only=DATES)
        form.show_values({key: row[key] for key in DATES})

        def save() -> None:
            try:
                values = form.values()
                self.page.shell.desk.do(self.page, accounts.set_dates, name, **values)
            except Refused as refused:
                form.show_problems(refused.fields)
                return
            except Problem as problem:
                self.problem.say(problem.sentence, "danger")
                return
            self.forget()
            self.refresh()

        self.handed.clear()
        self.handed.add(Sentence(_("Until when {name} may work here").format(name=name), role="h2"))
        self.handed.add(form)
        self.handed.add(Sentence(_("The day after the earlier one, the account closes by itself."), tone="muted"))
        save_button = PrimaryButton(_("Save"), save, icon_name="check")
        self.handed.add(Flow(save_button, Button(_("Leave it as it is"), self.forget)))
        self.handed.show()
        self.page.ensureWidgetVisible(self.handed)

    def _save_open(self, name: str, *, on: bool) -> None:
        words = (
            _("{name} may save a print that everybody can open. Each one is in the record of use.")
            if on
            else _("{name} saves prints with a passphrase only.")
        )
        self._allow(staff.set_saves_open, name, on, words, self.saving)

    def _copy_out(self, name: str, *, on: bool) -> None:
        words = (
            _("{name} may copy records out into a file that everybody can open. Each time is in the record of use.")
            if on
            else _("{name} copies no records out.")
        )
        self._allow(staff.set_copies_out, name, on, words, self.copying)

    def _allow(
        self, command: Callable[..., None], name: str, on: bool, words: str, buttons: dict[str, LinkButton]
    ) -> None:
        try:
            self.page.shell.desk.do(self.page, command, name, on=on)
        except Problem as problem:
            self.problem.say(problem.sentence, "danger")
            return
        self.refresh()
        buttons[name].setFocus()  # the button that was pressed is gone
        self.problem.say(words.format(name=name), "warn" if on else "ok")

    def _ask_role(self, name: str) -> None:
        """Ask for another role, scope or group of somebody; it counts from the next unlock on."""
        row = next(one for one in self.page.shell.desk.read(staff.users) if one["name"] == name)
        form = RecordForm(fields(Person), only=(*CHANGED, *DATES))
        form.show_values({key: row[key] for key in (*CHANGED, *DATES)})
        form.changed.connect(lambda _key: self._show_dates(form))
        self._show_dates(form)

        def save() -> None:
            try:
                values = form.values()
                given = {key: values[key] for key in (*CHANGED, *DATES) if key not in DATES or values[key]}
                self.page.shell.desk.do(self.page, staff.set_role, name, **given)
            except Refused as refused:
                form.show_problems(refused.fields)
                return
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
        form = self.form
        self._kept = Kept(self.page, form.editors).show("settings/staff")
        form.changed.connect(lambda _key: self._show_dates(form))
        self._show_dates(form)
        self.go = PrimaryButton(_("Add"), self._add, icon_name="user-plus")
        never = Notice(
            _(
                "A woman in custody never gets an account, also not as a peer supporter. She works on paper: print a "
                "worksheet, and the coordinator enters it."
            )
        )
        note = _("You get a passphrase to hand over; it works once.")
        return Card(_("Somebody new"), self.form, never, self.go, note=note)

    def _show_dates(self, form: RecordForm) -> None:
        """The dates are asked of a volunteer alone."""
        for key in DATES:
            form.rows[key].setVisible(form.typed()["role"] == Role.VOLUNTEER)

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
        dates = {key: values[key] if values["role"] == Role.VOLUNTEER else None for key in DATES}

        def work(store: Store) -> None:
            staff.add_user(
                store,
                slip=True,
                **dates,
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
            self._kept.done()
            self._hand(values["name"], said)

        self._later(work, done)

    def _reset(self, name: str) -> None:
        said = staff.one_time_passphrase()
        self._later(lambda store: staff.reset_passphrase(store, name, said, slip=True), lambda: self._given(name, said))

    def _given(self, name: str, said: str) -> None:
        """Somebody whom others knew here got it: what she had for another PC has ended."""
        self._hand(name, said)
        self.problem.say(database.folder_ended(self.page.shell.desk.store, name), "warn")

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
        words = _(
            "Close the account of {name}? {name} cannot unlock these records any more then. What {name} wrote stays."
        )
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
        self.handed.add(
            Flow(
                PrimaryButton(_("Print the slip"), lambda: self._print_slip(name, said), icon_name="printer"),
                Button(_("I wrote it down"), self.forget, icon_name="check"),
            )
        )
        self.handed.show()
        self.refresh()
        self.page.ensureWidgetVisible(self.handed)

    def _print_slip(self, name: str, said: str) -> None:
        """Print the passphrase once; then it stands nowhere but on that paper."""
        from ..printing import print_words

        try:
            slip = accounts.slip(self.page.shell.desk.store, name, said)
            if print_words(self, self.page.shell.desk, slip.data, f"slip for {name}"):
                self.forget()
        except Problem as problem:
            self.problem.say(problem.sentence, "danger")

    def _later(self, work: Callable[[Store], object], then: Callable[[], object]) -> None:
        store = self.page.shell.desk.store
        self.problem.say(_("One moment…"), "info")

        def done(_result: object) -> None:
            self.problem.say("")
            self.refresh()
            then()

        def failed(error: BaseException) -> None:
            self.problem.say("")
            if isinstance(error, Refused) and self.form is not None:
                self.form.show_problems(error.fields)
                rest = [words for key, words in error.fields.items() if key not in ASKED]
                self.problem.say(" ".join(rest), "danger")
            elif isinstance(error, Problem):
                self.problem.say(error.sentence, "danger")
            else:
                raise error

        self.page.later(lambda _job: work(store), done, failed, waits=self)
