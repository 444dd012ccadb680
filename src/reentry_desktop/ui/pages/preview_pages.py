"""The pages of a PDF on the screen: drawn from memory when they come into sight, and readable as text."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ...base.words import _
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


class _Sheet(QWidget):
    """One page; drawn when it is first painted."""

    def __init__(self, pages: Pages, number: int) -> None:
        super().__init__()
        self.pages, self.number = pages, number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        count = len(pages.paper.sizes) if pages.paper else 0
        self.setAccessibleName(_("Page {number} of {count}").format(number=number + 1, count=count))

    def fit(self, width: int) -> None:
        """Be *width* pixels wide."""
        assert self.pages.paper is not None
        across, down = self.pages.paper.sizes[self.number]
        self.setFixedSize(QSize(width, round(width * down / across)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(self.rect(), self.pages.drawn(self.number, round(self.width() * self.devicePixelRatioF())))
        painter.setPen(QPen(QColor(t.HAIRLINE), 1))
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))


class Pages(QStackedWidget):
    """Pages one under another, or the same words as plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.paper: Paper | None = None
        self._sheets: list[_Sheet] = []
        self._drawn: dict[tuple[int, int], QImage] = {}
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(_("Pages as they will be printed"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place = QWidget()
        self._column = QVBoxLayout(self._place)
        self._column.setSpacing(t.S4)
        self._column.setContentsMargins(t.S3, t.S3, t.S3, t.S3)
        self.area.setWidget(self._place)
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
        for number in range(len(self.paper.sizes)):
            sheet = _Sheet(self, number)
            self._sheets.append(sheet)
            self._column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fit()
        self.area.verticalScrollBar().setValue(0)
        if self.currentWidget() is self.text:
            self._fill()

    def clear(self) -> None:
        """Show nothing, and keep nothing in memory."""
        self._drawn.clear()
        self.text.clear()
        for sheet in self._sheets:
            sheet.hide()
            self._column.removeWidget(sheet)
            sheet.deleteLater()
        self._sheets = []
        if self.paper is not None:
            self.paper.close()
            self.paper = None

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
        for sheet in self._sheets:
            sheet.fit(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
