"""What an open store brings to the window: its pages, who is at the desk, and how it is locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..actions import staff
from ..records.people import Person, Role, Site
from ..store import Store, vault
from .desk import Desk
from .pages.beyond import BeyondPage, OpenedPage
from .pages.callout import CallOutPage
from .pages.closed import ClosedPage
from .pages.conflicts import ConflictsPage
from .pages.copies import CopiesPage
from .pages.due import DuePage
from .pages.enrol import EnrolPage
from .pages.goals import GoalsPage
from .pages.health import HealthPage
from .pages.help import AboutPage, HelpPage
from .pages.kit import KitPage
from .pages.leaving import LeavingPage
from .pages.media import SticksPage
from .pages.participant import ParticipantPage
from .pages.participants import ParticipantsPage
from .pages.plan import PlanPage
from .pages.preview import PreviewPage
from .pages.recovery import RecoveryPage
from .pages.register import RegisterPage
from .pages.retention import RetentionPage
from .pages.roles import RolesPage
from .pages.roster import RosterPage
from .pages.safety import SafetyPage
from .pages.same_woman import SameWomanPage
from .pages.settings import SettingsPage
from .pages.sit import SitPage
from .pages.sync import SyncPage
from .pages.sync_in import SyncInPage
from .pages.sync_out import SyncOutPage
from .pages.today import TodayPage
from .pages.transfer_out import MovePage
from .pages.transfers import TransfersPage
from .pages.trust import TrustPage
from .pages.unlock import Unlocking
from .pages.update import UpdatePage
from .pages.versions import VersionsPage
from .window import MainWindow, Session

if TYPE_CHECKING:
    from ..store import Unit
    from .page import Page

PAGES: list[type[Page]] = [
    TodayPage, ParticipantsPage, RosterPage, SyncPage, GoalsPage, SettingsPage,
    ParticipantPage, RegisterPage, EnrolPage, PlanPage, PreviewPage, DuePage, CallOutPage, KitPage, HelpPage, AboutPage,
    SyncOutPage, SyncInPage, CopiesPage, VersionsPage, RecoveryPage, LeavingPage, SitPage, SafetyPage, TrustPage,
    ConflictsPage, SameWomanPage, SticksPage, TransfersPage, MovePage, ClosedPage,
    HealthPage, RetentionPage, UpdatePage,
    RolesPage, BeyondPage, OpenedPage,
]  # fmt: skip


def begin(store: Store, window: MainWindow, lock: Callable[[], Unlocking], first: str = "today") -> Session:
    """The session of whoever has just unlocked *store*."""
    desk = Desk(store, window)
    desk.listen()

    def look(unit: Unit) -> tuple[Person, Site, bool]:
        return unit.get(Person, store.who.id), unit.get(Site, store.site), staff.has_one_time(unit)

    person, site, one_time = desk.read(look)
    window.settings.keep_banner(store.slots.store, site.banner)

    def check(passphrase: str) -> None:
        vault.open_user(store.slots, store.who.name, passphrase)
        store.sign_in(store.who.id)  # an office may have closed her account meanwhile

    role = next((choice.label for choice in Role if choice == person.role), person.role)
    return Session(
        desk=desk,
        who=store.who.name,
        pages=[page for page in PAGES if page.needs is None or page.needs in store.who.rights],
        check=check,
        lock=lock,
        role=role,
        store=store.slots.store,
        first="settings" if one_time else first if store.kit_tested else "kit",
        must=one_time,
        idle=60 * (site.lock_minutes or 5),
        practice=store.practice,
        acts={
            "find": lambda: window.show_page("participants"),
            "new": lambda: window.show_page("register"),
            "help": lambda: window.show_page("help", page=window.page.key if window.page else ""),
            "about": lambda: window.show_page("about"),
        },
    )
