"""The pages of a PDF on the screen: drawn from memory when they come into sight, and readable as text."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QStackedWidget, QWidget

from ...base.words import _, ngettext
from .. import tokens as t
from ..style import em

KEPT = 6
"""So many drawn pages stay in memory."""


class Paper:
    """A PDF held in memory."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2

        self._document: Any = pypdfium2.PdfDocument(data)
        self.sizes: list[tuple[float, float]] = [
            self._document.get_page_size(number) for number in range(len(self._document))
        ]

    def image(self, number: int, width: int) -> QImage:
        """Page *number*, *width* pixels wide."""
        page = self._document[number]
        bitmap = page.render(scale=width / self.sizes[number][0], rev_byteorder=True)
        raw = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB888)
        image = raw.copy()
        bitmap.close()
        page.close()
        return image

    def text(self, number: int) -> str:
        """The words of page *number*, in their order."""
        page = self._document[number]
        words = page.get_textpage()
        found = str(words.get_text_range()).replace("\r\n", "\n").strip()
        words.close()
        page.close()
        return found

    def close(self) -> None:
        """Let go of the memory."""
        self._document.close()


class _Roll(QWidget):
    """All pages one under another. What is painted is drawn; nothing else is."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.pages = pages
        self.places: list[QRect] = []

    def lay_out(self, width: int) -> None:
        """Give each page its place, *width* pixels wide and in the middle."""
        self.places, top = [], t.S3
        left = max(0, (self.width() - width) // 2)
        for across, down in self.pages.paper.sizes if self.pages.paper else ():
            self.places.append(QRect(left, top, width, round(width * down / across)))
            top = self.places[-1].bottom() + 1 + t.S4
        self.setFixedHeight(top)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(QColor(t.HAIRLINE), 1))
        for number, place in enumerate(self.places):
            if place.intersects(event.rect()):
                width = round(place.width() * self.devicePixelRatioF())
                painter.drawImage(place, self.pages.drawn(number, width))
                painter.drawRect(place.adjusted(0, 0, -1, -1))


class Pages(QStackedWidget):
    """Pages one under another, or the same words as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.paper: Paper | None = None
        self._drawn: dict[tuple[int, int], QImage] = {}
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(_("Pages as they will be printed"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._roll = _Roll(self)
        self.area.setWidget(self._roll)
        self.area.viewport().installEventFilter(self)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("The pages as text"))
        self.addWidget(self.area)
        self.addWidget(self.text)

    def show_paper(self, data: bytes) -> None:
        """Show a PDF, from its first page."""
        self.clear()
        self.paper = Paper(data)
        count = len(self.paper.sizes)
        self.area.setAccessibleDescription(ngettext("{n} page", "{n} pages", count).format(n=count))
        self._fit()
        self.area.verticalScrollBar().setValue(0)
        if self.currentWidget() is self.text:
            self._fill()

    def clear(self) -> None:
        """Show nothing, and keep nothing in memory."""
        self._drawn.clear()
        self.text.clear()
        if self.paper is not None:
            self.paper.close()
            self.paper = None
        self._roll.lay_out(0)

    def read_as_text(self, on: bool) -> None:
        """Show the words instead of the pages: a screen reader reads them, and so does whoever wants them large."""
        if on:
            self._fill()
        self.setCurrentWidget(self.text if on else self.area)

    def _fill(self) -> None:
        if self.paper is None:
            return
        pages = []
        for number in range(len(self.paper.sizes)):
            head = _("Page {number} of {count}").format(number=number + 1, count=len(self.paper.sizes))
            pages.append(f"{head}\n\n{self.paper.text(number)}")
        self.text.setPlainText("\n\n\n".join(pages))

    def drawn(self, number: int, width: int) -> QImage:
        """Page *number* as an image; the last few are kept."""
        key = (number, width)
        image = self._drawn.pop(key, None)
        if image is None:
            assert self.paper is not None
            image = self.paper.image(number, width)
            while len(self._drawn) >= KEPT:
                del self._drawn[next(iter(self._drawn))]
        self._drawn[key] = image
        return image

    def _fit(self) -> None:
        width = min(em(44), max(em(10), self.area.viewport().width() - 2 * t.S3))
        self._roll.lay_out(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The width in sight changes, too, when the scroll bar comes or goes."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)
