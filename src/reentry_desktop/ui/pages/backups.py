"""Backups: how they stand, where they go, one brought back to try, and the old ones until they are destroyed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from ...actions import automatic_backups, old_backups, restore_drill
from ...actions import backup_register as register
from ...base.media import show_size
from ...base.problems import Problem, Refused
from ...base.words import N_, _, ngettext
from ...records.base import Field
from ...records.local import Backup
from ..choosing import choose_file, choose_folder
from ..days import show_day
from ..form import RecordForm
from ..layouts import Columns, Flow, SplitLayout, Stack
from ..page import Page
from ..passphrase import PassphraseEdit
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Rule, Sentence
from .settings_values import SiteValues

if TYPE_CHECKING:
    from ..window import MainWindow
    from ..worker import Job

SHOWN = 8
"""Backups that are listed; the register has all."""
_BY = {"by": Field(N_("Who saw that it is destroyed?"), "line", True, 80)}


class BackupsPage(Page):
    """Reached from Today and from Settings, Safety."""

    key = "backups"
    title = N_("Backups")
    icon = "archive"
    under = "settings"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("The program makes them by itself. Here you see that they are good.")
        self.set_head(_("Backups"), about, back=_("Settings"))
        self.file: Path | None = None
        self.state = Notice("")
        self.made = Notice("")
        self.make = PrimaryButton(_("Make a backup now"), self._make, icon_name="archive")
        self.older = Card(_("To be destroyed"))
        self.place_words = Sentence("")
        self.place_said = Notice("", "warn")
        self.values = SiteValues(self, ("backup_daily", "backup_weekly", "backup_monthly"))
        self.listed = Card(_("What there is"))
        columns = Columns()
        columns.left.add(Card(_("How it stands"), self.state, self.made, self.make))
        columns.left.add(self.older)
        columns.left.add(self._trying())
        columns.right.add(self._placing())
        columns.right.add(self.listed)
        columns.right.add(self._keying())
        self.add(columns)

    def _placing(self) -> Card:
        choose = Button(_("Choose the second place"), self._choose_place, icon_name="usb")
        note = _("A folder on another disk, or a stick that stays in. One lies on this PC too, if there is room.")
        card = Card(_("The second place"), self.place_words, self.place_said, choose, self.values, note=note)
        card.add(Sentence(_("Left empty: 7 days, 5 weeks and 12 months."), tone="muted"))
        choose.setEnabled(self.shell.desk.may("set_backup_place"))
        return card

    def _trying(self) -> Card:
        self.drill_file = Sentence("")
        self.phrase = PassphraseEdit()
        words = Sentence(_("Your passphrase of that day"), role="strong")
        words.setBuddy(self.phrase.edit)
        self.phrase.edit.setAccessibleName(_("Your passphrase of that day"))
        self.drilled = Notice("")
        self.go = Button(_("Bring it back to try"), self._drill, icon_name="history")
        self.go.setEnabled(self.shell.desk.may("restore_drill"))
        other = LinkButton(_("Another backup"), self._choose_file, icon_name="archive")
        note = _("It is laid out in a folder of its own, opened, compared, and deleted. Nothing here is changed.")
        return Card(_("Try one"), self.drill_file, other, Stack(words, self.phrase), self.drilled, self.go, note=note)

    def _keying(self) -> Card:
        card = Card(
            _("Somebody left, or something was stolen"),
            Sentence(_("Give the records a new key. Then whoever has an old backup and an old passphrase opens the old "
                       "backup alone.")),
        )  # fmt: skip
        if self.shell.desk.may("rekey"):
            renew = _("A new key for the records")
            card.add(Button(renew, lambda: self.shell.show_page("rekey"), icon_name="key-round"))
        if self.shell.desk.may("erase_store"):
            erase = _("Erase this PC in an emergency")
            card.add(LinkButton(erase, lambda: self.shell.show_page("erase_pc"), icon_name="lock"))
        return card

    def refresh(self) -> None:
        desk = self.shell.desk
        health = desk.read(register.health)
        see = LinkButton(_("See what to do"), lambda: self.shell.show_page("health"), icon_name="shield-check")
        acts = [see] if health.act == "repair" else []
        self.state.say(health.sentence, "warn" if health.act else "ok", acts=acts)
        place = desk.read(lambda unit: unit.setting(register.PLACE))
        self.place_words.setText(place or _("None was chosen yet."))
        self.values.refresh()
        self._list(desk.read(register.standing))
        self._list_older(desk.read(register.to_destroy), desk.read(register.holding_erased))

    def leave(self) -> None:
        self.values.keep()
        self.phrase.clear()

    def _list(self, found: list[Backup]) -> None:
        self.listed.clear()
        for number, one in enumerate(found[:SHOWN]):
            if number:
                self.listed.add(Rule())
            opened = _("opened, and good") if one.verified_at else _("not opened yet")
            self.listed.add(self._said(one, f"{show_size(one.size)}, {opened}"))
        if not found:
            self.listed.add(Sentence(_("None yet."), tone="muted"))
        elif len(found) > SHOWN:
            words = ngettext("{n} more is in the register.", "{n} more are in the register.", len(found) - SHOWN)
            self.listed.add(Sentence(words.format(n=len(found) - SHOWN), tone="muted"))
        if n := self.shell.desk.read(register.old_kit):
            words = ngettext(
                "{n} of them still opens with the old recovery kit.",
                "{n} of them still open with the old recovery kit.",
                n,
            )
            self.listed.add(Notice(words.format(n=n), "warn"))
        here = [Path(one.place) / one.file_name for one in found]
        if self.file is None or not self.file.exists():
            self.file = next((file for file in here if file.exists()), None)
        self.drill_file.setText(self.file.name if self.file else _("No backup is in reach. Put in the stick."))

    def _said(self, one: Backup, more: str) -> QWidget:
        return Stack(
            Sentence(one.file_name, role="strong", wide=True),
            Sentence(f"{one.place}. {more}", tone="muted", role="small", wide=True),
            space=0,
        )

    def go_back(self) -> None:
        self.shell.show_page("settings", tab="safety")

    def _list_older(self, older: list[Backup], holding: list[Backup]) -> None:
        self.older.clear()
        why = {one.sha256: _("It may hold a record that was erased.") for one in holding}
        why |= {one.sha256: _("It opens with the key of before.") for one in older}
        self.older.setVisible(bool(why))
        if not why:
            return
        self.older.add(Sentence(_("Delete each file here, or break the stick and say so.")))
        self.by = RecordForm(_BY)
        self.older.add(self.by)
        may = self.shell.desk.may("backup_destroyed")
        for one in {one.sha256: one for one in (*older, *holding)}.values():
            self.older.add(Rule())
            row = QWidget()
            split = SplitLayout(row)
            split.addWidget(self._said(one, f"{show_day(register.day_of(one))}. {why[one.sha256]}"))
            button = Button(_("It is destroyed"), partial(self._destroyed, one.sha256), icon_name="check")
            button.setAccessibleName(f"{button.text()}: {one.file_name}")
            button.setEnabled(may)
            acts = [button]
            if (Path(one.place) / one.file_name).exists():
                delete = Button(_("Delete this file"), partial(self._delete, one.sha256), icon_name="trash-2")
                delete.setAccessibleName(f"{delete.text()}: {one.file_name}")
                delete.setEnabled(may)
                acts.insert(0, delete)
            split.addWidget(Flow(*acts, right=True))
            self.older.add(row)

    def _delete(self, sha256: str) -> None:
        try:
            old_backups.delete_old(self.shell.desk.store, sha256)
        except Problem as problem:
            self.problem.show_problem(problem)
            self.show_soon(self.problem)
            return
        self.problem.clear()
        self.refresh()

    def _destroyed(self, sha256: str) -> None:
        by = str(self.by.typed()["by"])

        def backup_destroyed(unit: Any) -> int:
            return register.destroyed(unit, sha256, by)

        try:
            self.shell.desk.do(self, backup_destroyed)
        except Refused as refused:
            self.by.show_problems(refused.fields)
            return
        except Problem as problem:
            self.problem.show_problem(problem)
            return
        self.refresh()
        self.by.show_values({"by": by})

    def _choose_place(self) -> None:
        folder = choose_folder(self, _("Where do backups go besides this PC?"))
        if folder is not None:
            self.choose(folder)

    def choose(self, folder: Path) -> None:
        """Take that folder as the second place."""
        try:
            self.place_said.say(automatic_backups.choose_place(self.shell.desk.store, folder), "warn")
        except Problem as problem:
            self.place_said.say(problem.sentence, "danger")
        self.refresh()

    def _choose_file(self) -> None:
        file = choose_file(self, _("Choose the backup"), _("Backups (*.backup);;All files (*)"))
        if file is not None:
            self.file = file
            self.drill_file.setText(file.name)

    def _make(self) -> None:
        store = self.shell.desk.store

        def done(made: automatic_backups.Made) -> None:
            self.file = made.here or made.second
            self.refresh()
            self.made.say(made.sentence or _("The backup is made, and was opened to see that it is good."),
                          "warn" if made.sentence else "ok")  # fmt: skip

        self._later(self.make, self.made, _("Copying, and opening the copy…"),
                    lambda job: automatic_backups.make_now(store, job.reach), done)  # fmt: skip

    def _drill(self) -> None:
        file, said, store = self.file, self.phrase.take(), self.shell.desk.store
        if file is None or not said:
            self.drilled.say(_("Choose a backup, and type the passphrase you had that day."), "warn")
            return

        def done(found: restore_drill.Drill) -> None:
            self.refresh()
            self.drilled.say(found.words(), "warn" if found.newer else "ok")

        self._later(self.go, self.drilled, _("Bringing it back to try…"),
                    lambda job: restore_drill.drill(store, file, store.who.name, said, job.reach), done)  # fmt: skip

    def _later(
        self, button: Button, notice: Notice, words: str, work: Callable[[Job], Any], done: Callable[[Any], object]
    ) -> None:
        notice.say(words, "info")

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.refresh()
            notice.say(error.sentence, "danger")

        self.later(work, done, failed, waits=button)
