"""On what terms a print leaves: on what it goes to somebody outside, her signature for an official; and its entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...actions import printing as prints
from ...base.ids import Id
from ...base.words import N_, _
from ..widgets import reveal
from .preview_consent import Covering, grounds
from .preview_readers import OFFICIAL, Reader

if TYPE_CHECKING:
    from ...store import Unit
    from ..page import Page
    from .preview_asked import Signature

FIRST_SIGNED = N_("First say who gets it and when she signed for it. Nothing was printed, and her words are safe.")


class Terms:
    """What *covering* and *signature* say of the print for one reader. None leaves or is noted past it."""

    def __init__(self, page: Page, covering: Covering, signature: Signature) -> None:
        self._page, self._desk = page, page.shell.desk
        self._covering, self._signature = covering, signature
        self._reader: Reader | None = None
        self._woman = Id("")
        self._outside = False

    def begin(self, reader: Reader, woman: Id) -> None:
        """Nothing is chosen and nothing signed yet."""
        self._reader, self._woman = reader, woman
        self._signature.begin()
        self._covering.begin(reader, f"{self._page.key}/{woman}/{reader.key}", woman)
        reveal(self._signature, reader.key == OFFICIAL)

    def ask(self, supporter: Id, *, ready: bool) -> None:
        """Find on what it may go, where it goes outside, and ask for it once all else is said: *ready*."""
        assert self._reader is not None
        found = self._desk.read(grounds, self._woman, self._reader, supporter, self._covering.name())
        self._outside = found is not None
        if found is not None:
            self._covering.show_grounds(found)
        reveal(self._covering, self._outside and ready)

    def on_pages(self) -> dict[str, Any]:
        """What the pages themselves say of it."""
        return {"allowed": self._covering.allowed()} if self._outside else {}

    def missing(self) -> str:
        """What must be said before it may become paper or a file."""
        if self._outside and (missing := self._covering.missing()):
            return missing
        return _(FIRST_SIGNED) if self._for_official() and self._signature.signed_on() is None else ""

    def check(self, made: prints.Print) -> None:
        """Before there is paper: she may have taken her consent back since the pages were made. Raises ``Problem``."""
        self._desk.read(prints.check_may_go, self._as_said(made), *self._for_whom())

    def record(self, made: prints.Print, *, how: str, copies: int = 1, printer: str = "") -> Id:
        """Write down that it left; the copy it became. Raises ``Problem``."""
        said, (for_whom, to, signed_on) = self._as_said(made), self._for_whom()

        def print_plan(unit: Unit) -> Id:
            return prints.record_print(
                unit, said, how=how, copies=copies, printer=printer, to=to, for_whom=for_whom, signed_on=signed_on
            )

        copy = self._desk.do(self._page, print_plan)
        if self._outside:
            self._covering.kept.done()
        return copy

    def _as_said(self, made: prints.Print) -> prints.Print:
        """The pages, with what was said last of why they go out."""
        return replace(made, **self.on_pages())

    def _for_official(self) -> bool:
        return self._reader is not None and self._reader.key == OFFICIAL

    def _for_whom(self) -> tuple[str, str, dt.date | None]:
        """Whom it is for, which of them, and when she signed for it."""
        assert self._reader is not None
        if self._for_official():
            return self._reader.for_whom, self._signature.to.get(), self._signature.signed_on()
        return self._reader.for_whom, self._reader.key, None
