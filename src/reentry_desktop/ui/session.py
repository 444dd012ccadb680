"""What an open store brings to the window: its pages, who is at the desk, and how it is locked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..actions import staff, use
from ..base.clock import stamp
from ..base.ids import Id
from ..base.problems import Problem
from ..records.people import Person, Role, Site
from ..store import Store
from .desk import Desk
from .pages.backups import BackupsPage
from .pages.beyond import BeyondPage, OpenedPage
from .pages.callout import CallOutPage
from .pages.closed import ClosedPage
from .pages.conflicts import ConflictsPage
from .pages.consent import ConsentPage
from .pages.consents import ConsentsPage
from .pages.copies import CopiesPage
from .pages.disclosures import DisclosuresPage
from .pages.due import DuePage
from .pages.enrol import EnrolPage
from .pages.erase_pc import ErasePcPage
from .pages.goals import GoalsPage
from .pages.health import HealthPage
from .pages.help import AboutPage, HelpPage
from .pages.her_copy import HerCopyPage
from .pages.kit import KitPage
from .pages.leaving import LeavingPage
from .pages.media import SticksPage
from .pages.papers import PaperPage, PapersPage
from .pages.participant import ParticipantPage
from .pages.participants import ParticipantsPage
from .pages.plan import PlanPage
from .pages.preview import PreviewPage
from .pages.recovery import RecoveryPage
from .pages.register import RegisterPage
from .pages.rekey import RekeyPage
from .pages.requests import AnswerPage, RequestsPage
from .pages.retention import RetentionPage
from .pages.roles import RolesPage
from .pages.roster import RosterPage
from .pages.safety import SafetyPage
from .pages.same_woman import SameWomanPage
from .pages.second_way import SecondWayPage
from .pages.settings import SettingsPage
from .pages.sit import SitPage
from .pages.sync import SyncPage
from .pages.sync_in import SyncInPage
from .pages.sync_out import SyncOutPage
from .pages.today import TodayPage
from .pages.told_without import ToldWithoutPage
from .pages.transfer_out import MovePage
from .pages.transfers import TransfersPage
from .pages.trust import TrustPage
from .pages.unlock import Unlocking
from .pages.update import UpdatePage
from .pages.use import UsePage
from .pages.versions import VersionsPage
from .window import MainWindow, Session

if TYPE_CHECKING:
    from ..store import Unit
    from .page import Page

NOT_NOTED = {"about", "help", "kit", "settings", "shortcuts"}
"""Pages that name no woman."""
NOTED_BY_ITSELF = {"conflicts", "participant", "same-woman"}
PAGES: list[type[Page]] = [
    TodayPage, ParticipantsPage, RosterPage, SyncPage, GoalsPage, SettingsPage,
    ParticipantPage, RegisterPage, EnrolPage, PlanPage, PreviewPage, DuePage, CallOutPage, KitPage, HelpPage, AboutPage,
    SyncOutPage, SyncInPage, CopiesPage, VersionsPage, RecoveryPage, LeavingPage, SitPage, SafetyPage, TrustPage,
    ConflictsPage, SameWomanPage, SticksPage, TransfersPage, MovePage, ClosedPage,
    BackupsPage, RekeyPage, SecondWayPage, ErasePcPage, HealthPage, RetentionPage, UpdatePage,
    RolesPage, BeyondPage, OpenedPage, UsePage, ConsentsPage, ConsentPage, DisclosuresPage,
    ToldWithoutPage,
    HerCopyPage, PapersPage, PaperPage, RequestsPage, AnswerPage,
]  # fmt: skip


FIRST: list[type[Page]] = [SettingsPage, KitPage, HelpPage, AboutPage]
"""What there is for somebody who has to choose her own passphrase, or to set up her second proof, before all else."""


def begin(
    store: Store, window: MainWindow, lock: Callable[[], Unlocking], first: str = "today", desk: Desk | None = None
) -> Session:
    """The session of whoever has just unlocked *store*; with *desk*, of whoever goes on at it."""
    if desk is None:
        desk = Desk(store, window)
        desk.listen()

    def look(unit: Unit) -> tuple[Person, Site, bool]:
        return unit.get(Person, store.who.id), unit.get(Site, store.site), staff.has_one_time(unit)

    person, site, one_time = desk.read(look)
    window.settings.keep_banner(store.slots.store, site.banner)

    uncovered: list[str] = []

    def tell_uncovered() -> None:
        while uncovered:
            with store.work("uncover") as unit:
                unit.tell("person", store.who.id, uncovered_at=uncovered[0])
            del uncovered[0]

    def check(passphrase: str) -> None:
        store.prove(passphrase)
        store.sign_in(store.who.id)  # an office may have closed her account meanwhile
        uncovered.append(stamp(store.clock()))
        with contextlib.suppress(Problem):  # on a full disk, with the next page: behind the cover stand unsaved words
            tell_uncovered()

    def looked(key: str, woman: str) -> None:
        tell_uncovered()
        if key not in NOT_NOTED | NOTED_BY_ITSELF:
            desk.do(None, use.show_page, key, Id(woman))

    must = one_time or bool(store.owes)
    role = next((choice.label for choice in Role if choice == person.role), person.role)
    return Session(
        desk=desk,
        who=store.who.name,
        pages=FIRST if must else PAGES,
        rights=store.who.rights,
        check=check,
        lock=lock,
        role=role,
        store=store.slots.store,
        first="kit" if not store.kit_tested else "settings" if must else first,
        must=must,
        renew=lambda: begin(store, window, lock, first if first != "kit" else "today", desk),
        idle=60 * (site.lock_minutes or 5),
        practice=store.practice,
        looked=looked,
        acts={
            "find": lambda: window.show_page("participants"),
            "new": lambda: window.show_page("register"),
            "help": lambda: window.show_page("help", page=window.page.key if window.page else ""),
            "about": lambda: window.show_page("about"),
        },
    )
