"""An open store, as the window needs it. Light: the first window is painted before anything of the records loads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .pages.unlock import Unlocking

if TYPE_CHECKING:
    from ..records.base import Right
    from .desk import Desk
    from .page import Page


@dataclass(frozen=True)
class Session:
    """An open store, as the window needs it."""

    desk: Desk
    who: str
    pages: Sequence[type[Page]]
    """Every page; those with ``sidebar`` appear there, in this order, where the person has the right they need."""
    check: Callable[[str], None]
    """Raises ``Problem`` where a passphrase is not this person's. Runs beside the window."""
    lock: Callable[[], Unlocking]
    """Forgets the key and closes the store; gives what the locked page needs."""
    role: str = ""
    """To be translated."""
    store: str = ""
    """Which records: the place somebody was at is remembered for these alone."""
    first: str = "today"
    must: bool = False
    """Whether ``first`` comes before the place she was at."""
    renew: Callable[[], Session] | None = None
    """The session of the same person once ``first`` is done, where it had to be done before all else."""
    rights: frozenset[Right] | None = None
    """What this person may do: a page that needs more is not shown. None: everything."""
    idle: int = 300
    """Seconds without a touch before it locks."""
    practice: bool = False
    looked: Callable[[str, str], object] | None = None
    """Notes that a page is opened, by its key, and for whom: "" where it is of no one woman."""
    acts: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    """What the menus' find, new, help and about do."""

    def has(self, page: type[Page]) -> bool:
        """Whether *page* is one for this person."""
        return page.needs is None or self.rights is None or page.needs in self.rights
