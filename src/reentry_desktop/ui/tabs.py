"""The tabs of a page: what stands on one is made once it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from .layouts import Stack


class Tabs(QTabWidget):
    """The tabs of a page, with the titles by key; *named* is what a screen reader calls them."""

    def __init__(self, named: str, titles: Mapping[str, str]) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.setAccessibleName(named)
        self.pages = {key: TabPage() for key in titles}
        for key, title in titles.items():
            self.addTab(self.pages[key], title)

    def turn_to(self, key: str) -> None:
        """Put that tab in sight; none is called otherwise."""
        if key in self.pages:
            self.setCurrentWidget(self.pages[key])


class Tab(Stack):
    """What stands on a tab of Settings. The page asks it what it is asked itself."""

    def refresh(self) -> None:
        """Read again what it shows."""

    def leave(self) -> None:
        """As ``Page.leave``."""

    def put_away(self) -> None:
        """As ``Page.put_away``."""


class TabPage(Stack):
    """One tab. What stands on it is made once it is in sight: most visits to a page need one of its tabs.

    While another is in sight it asks for no room: else every tab would be as high as the highest.
    """

    _make: Callable[[], QWidget] | None = None

    def begin(self, make: Callable[[], QWidget] | None) -> None:
        """Take away what stands here. What *make* makes comes next."""
        self.clear()
        self._make = make
        if self.isVisible():
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if self._make is not None:
            make, self._make = self._make, None
            made = make()
            self.add(made)
            made.show()

    def sizeHint(self) -> QSize:
        return QSize(0, 0) if self.isHidden() else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0) if self.isHidden() else super().minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        return 0 if self.isHidden() else super().heightForWidth(width)
