"""What keeps the records safe: the recovery kit, a backup, and a check of everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...actions import backup_register, checking, setup
from ...base.files import in_file_name
from ...base.problems import Problem
from ...base.words import _, ngettext
from ...records.people import Site, SiteKind
from ..choosing import choose_new_file
from ..days import show_day
from ..layouts import Columns, Flow
from ..tabs import Tab
from ..widgets import Button, Card, LinkButton, Notice, PrimaryButton, Sentence
from .settings_place import Place
from .settings_values import SiteValues

if TYPE_CHECKING:
    from .settings import SettingsPage


class SafetyTab(Tab):
    """Copying and checking run beside the window."""

    def __init__(self, page: SettingsPage) -> None:
        super().__init__()
        self.page = page
        columns = Columns()
        self.last = Notice("", "warn")
        self.made = Notice("", "ok")
        self.backup = PrimaryButton(_("Make a backup"), self._backup, icon_name="archive")
        note = _("One locked file with everything. Keep it on another drive, away from this computer.")
        facility = page.shell.desk.store.slots.kind == SiteKind.FACILITY
        self.days = SiteValues(page, ("backup_days", "office_keeps") if facility else ("backup_days",))
        days = _("Erase a backup that is older than this. Words that were taken back may be in it until then.")
        told = [Sentence(days, tone="muted")]
        if facility:
            told.append(
                Sentence(
                    _("About once a week the copy for the office takes a backup along. The office cannot open it."),
                    tone="muted",
                )
            )
        see = Button(_("All about backups"), lambda: page.shell.show_page("backups"), icon_name="history")
        columns.left.add(Card(_("Backup"), self.last, self.made, self.backup, see, self.days, *told, note=note))
        self.found = Notice("", "ok")
        self.check = Button(_("Check everything"), self._check, icon_name="shield-check")
        note = _("Reads the records, their history and every signature, and says what is not well.")
        see = Button(_("Health of the records"), lambda: page.shell.show_page("health"), icon_name="shield-check")
        keep = Button(_("Holds and erasing"), lambda: page.shell.show_page("retention"), icon_name="archive")
        columns.left.add(Card(_("Check"), self.found, Flow(self.check, see, keep), note=note))
        self.kit = Notice("", "ok")
        self.keepers = Sentence("")
        columns.right.add(
            Card(
                _("Recovery kit"),
                self.kit,
                self.keepers,
                Button(_("Open the recovery kit"), lambda: page.shell.show_page("kit"), icon_name="key-round"),
                LinkButton(_("A second way in"), lambda: page.shell.show_page("second_way"), icon_name="users"),
                note=_("Three parts on paper or sticks. Two of them open the records when no passphrase is left."),
            )
        )
        self.years = SiteValues(page, ("looks_years", "unlocks_years"))
        if page.shell.desk.may("list_use"):
            note = _("Who opened, searched, changed, printed and copied what. An empty field keeps it for good.")
            columns.right.add(
                Card(
                    _("Record of use"),
                    Button(_("Open the record of use"), lambda: page.shell.show_page("use"), icon_name="history"),
                    self.years,
                    note=note,
                )
            )
        self.place = Place(page)
        columns.right.add(self.place)
        self.add(columns)

    def refresh(self) -> None:
        desk = self.page.shell.desk
        made = desk.read(backup_register.last_backup)
        if made is None:
            self.last.say(_("No backup was made yet."), "warn")
        else:
            days = (desk.read(lambda unit: unit.today()) - made).days
            ago = ngettext("{n} day ago", "{n} days ago", days).format(n=days)
            words = _("The last backup is of {day}, {ago}.").format(day=show_day(made), ago=ago)
            self.last.say(words, "warn" if days > backup_register.OLD else "ok")
        tested = desk.store.kit_tested
        self.kit.say(
            _("The kit was tested.") if tested else _("The kit was not tested yet."), "ok" if tested else "warn"
        )
        keepers = desk.read(setup.keepers)
        said = [_("Part {part}: {keeper}").format(part=part, keeper=name) for part, name in keepers.items() if name]
        self.keepers.setText("\n".join(said))
        self.keepers.setVisible(bool(said))
        self.days.refresh()
        self.years.refresh()
        self.place.refresh()

    def leave(self) -> None:
        """Write what was changed and not yet kept; a password that was typed is forgotten."""
        self.days.keep()
        self.years.keep()
        self.place.form.forget()

    def _backup(self) -> None:
        desk = self.page.shell.desk
        site = desk.read(lambda unit: unit.get(Site, unit.store.site))
        day = desk.read(lambda unit: unit.today())
        name = f"{in_file_name(site.code) or 'store'}-{day.isoformat()}.backup"
        out = choose_new_file(self, _("Where does the backup go?"), _("Backups (*.backup)"), Path.home() / name)
        if out is None:
            return
        self.made.say(_("Copying, and reading the copy back…"), "info")

        def done(result: tuple[str, int]) -> None:
            sha256, entries = result
            size = out.stat().st_size / 1_000_000
            self.refresh()
            self.made.say(
                ngettext(
                    "The backup is written and was read back: {size} MB, {n} entry.",
                    "The backup is written and was read back: {size} MB, {n} entries.",
                    entries,
                ).format(size=f"{size:.1f}", n=f"{entries:,}"),
                "ok",
                more=_("{file}  SHA-256 {sum}").format(file=out.name, sum=" ".join(_fours(sha256))),
            )

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.made.say(error.sentence, "danger")

        self.page.later(
            lambda job: checking.backup(desk.store, out, progress=job.reach), done, failed, waits=self.backup
        )

    def _check(self) -> None:
        desk = self.page.shell.desk
        self.found.say(_("Reading everything…"), "info")

        def done(findings: list[checking.Finding]) -> None:
            if findings:
                self.found.say("\n".join(f.sentence for f in findings), "warn")
            else:
                self.found.say(_("All is well: records, history, signatures, clock and disk."), "ok")

        def failed(error: BaseException) -> None:
            if not isinstance(error, Problem):
                raise error
            self.found.say(error.sentence, "danger")

        self.page.later(lambda job: checking.check(desk.store, job.reach), done, failed, waits=self.check)


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
