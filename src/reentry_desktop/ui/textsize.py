"""How large everything is shown: chosen, remembered, and worn again where the screen's contrast changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from . import style
from . import tokens as t
from .settings import WindowSettings


class TextSize:
    """The size of the text in percent, one of ``tokens.SCALES``. *zoom* is what a page that stands alone adds to it."""

    def __init__(self, app: QApplication, settings: WindowSettings, zoom: Callable[[], float]) -> None:
        self._app, self._settings, self._zoom = app, settings, zoom
        self._hints = app.styleHints()  # held: without it the next object is gone at once
        self._contrast = self._hints.accessibility()
        self._contrast.contrastPreferenceChanged.connect(lambda _new: self._dress(self.percent()))

    def percent(self) -> int:
        """The size in use."""
        return style.percent()

    def choose(self, percent: int) -> None:
        """Show everything at *percent*, and remember it."""
        self._settings.text_size = percent
        self._dress(percent)

    def larger(self) -> None:
        """The next size up."""
        self.choose(next((scale for scale in t.SCALES if scale > self.percent()), t.SCALES[-1]))

    def smaller(self) -> None:
        """The next size down."""
        self.choose(next((scale for scale in reversed(t.SCALES) if scale < self.percent()), t.SCALES[0]))

    def normal(self) -> None:
        """100 %."""
        self.choose(100)

    def _dress(self, percent: int) -> None:
        style.apply(self._app, percent, zoom=self._zoom())
