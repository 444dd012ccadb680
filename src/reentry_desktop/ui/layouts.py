"""Layouts that follow the width they are given, so that large text and small screens both work."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QVBoxLayout, QWidget

from . import tokens as t
from .style import em


class _Items(QLayout):
    """A layout that keeps its items in a list and asks a child class where they go."""

    def __init__(self, parent: QWidget | None = None, *, space: int = t.S2) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        widths = [item.minimumSize().width() for item in self._shown()]
        heights = [item.minimumSize().height() for item in self._shown()]
        return QSize(max(widths, default=0), max(heights, default=0))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, really: bool) -> int:
        raise NotImplementedError


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()


class FlowLayout(_Items):
    """Items one after another, on as many lines as they need. For chips, pills and rows of buttons."""

    def __init__(self, parent: QWidget | None = None, *, space: int = t.S2, right: bool = False) -> None:
        super().__init__(parent, space=space)
        self.right = right

    def sizeHint(self) -> QSize:
        """All on one line."""
        shown = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def _place(self, rect: QRect, really: bool) -> int:
        lines: list[tuple[list[tuple[QLayoutItem, QSize]], int]] = []
        line: list[tuple[QLayoutItem, QSize]] = []
        used = 0
        for item in self._shown():
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(rect.width(), item.minimumSize().width())))
            if line and used + self.spacing() + size.width() > rect.width():
                lines.append((line, used))
                line, used = [], 0
            used += size.width() + (self.spacing() if line else 0)
            line.append((item, size))
        if line:
            lines.append((line, used))
        y = rect.y()
        for row, used in lines:
            height = max(size.height() for _item, size in row)
            x = rect.x() + (rect.width() - used if self.right else 0)
            for item, size in row:
                if really:
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        return max(0, y - self.spacing() - rect.y())


class SplitLayout(_Items):
    """Two items side by side where both fit, else one under the other.

    Give *ratio* for two columns that share the width once there are *narrow* em of it;
    without it the second item takes its own width at the right, as buttons beside a heading do,
    as long as the first has all it wants, or *least* em.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        ratio: tuple[int, int] | None = None,
        narrow: float = 44,
        least: float | None = None,
        space: int = t.S4,
    ) -> None:
        super().__init__(parent, space=space)
        self.ratio, self.narrow, self.least = ratio, narrow, least

    def _beside(self, width: int) -> tuple[int, int] | None:
        first, second = self._shown()
        room = width - self.spacing()
        if self.ratio is None:
            right = second.sizeHint().width()
            wanted = first.sizeHint().width() if self.least is None else em(self.least)
            return (room - right, right) if wanted + right <= room else None
        if width < em(self.narrow):
            return None
        left = round(room * self.ratio[0] / sum(self.ratio))
        if left < first.minimumSize().width() or room - left < second.minimumSize().width():
            return None
        return left, room - left

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def _place(self, rect: QRect, really: bool) -> int:
        shown = self._shown()
        beside = self._beside(rect.width()) if len(shown) == 2 else None
        if really and len(shown) == 2 and isinstance(second := shown[1].widget(), Flow):
            second.flow.right = second.right and beside is not None  # under the other, buttons begin at the left
        if beside:
            heights = [_height(item, width) for item, width in zip(shown, beside, strict=True)]
            if really:
                x = rect.x()
                for item, width, height in zip(shown, beside, heights, strict=True):
                    if self.ratio is None:
                        top = rect.y() + max(0, (max(heights) - height) // 2)
                        item.setGeometry(QRect(x, top, width, height))
                    else:
                        item.setGeometry(QRect(x, rect.y(), width, max(rect.height(), height)))
                    x += width + self.spacing()
            return max(heights)
        y = rect.y()
        for item in shown:
            height = _height(item, rect.width())
            if really:
                item.setGeometry(QRect(rect.x(), y, rect.width(), height))
            y += height + self.spacing()
        return max(0, y - self.spacing() - rect.y())


class Stack(QWidget):
    """Widgets one under another, closed up at the top."""

    def __init__(self, *widgets: QWidget, space: int = t.S4) -> None:
        super().__init__()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(space)
        self._end = False
        for widget in widgets:
            self.add(widget)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put *widget* under the others."""
        if not self._end:
            self.box.addStretch(1)  # what is left over is below, not between
            self._end = True
        self.box.insertWidget(self.box.count() - 1, widget, stretch)
        if stretch:
            self.box.setStretch(self.box.count() - 1, 0)

    def clear(self) -> None:
        """Take all away."""
        while item := self.box.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._end = False


class Columns(QWidget):
    """Two stacks of cards side by side; one stack where the page is narrow (*narrow* em)."""

    def __init__(self, *, ratio: tuple[int, int] = (1, 1), narrow: float = 46) -> None:
        super().__init__()
        self.left, self.right = Stack(), Stack()
        split = SplitLayout(self, ratio=ratio, narrow=narrow)
        split.addWidget(self.left)
        split.addWidget(self.right)


class Flow(QWidget):
    """A row of chips, pills or buttons that breaks into lines."""

    def __init__(self, *widgets: QWidget, space: int = t.S2, right: bool = False) -> None:
        super().__init__()
        self.right = right
        self.flow = FlowLayout(self, space=space, right=right)
        for widget in widgets:
            self.flow.addWidget(widget)

    def add(self, widget: QWidget) -> None:
        """Put *widget* after the others."""
        self.flow.addWidget(widget)

    def clear(self) -> None:
        """Take all away."""
        while item := self.flow.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()


class _ReadLayout(_Items):
    def __init__(self, parent: QWidget, width: float, centred: bool) -> None:
        super().__init__(parent)
        self._width, self._centred = width, centred

    def sizeHint(self) -> QSize:
        return self._items[0].sizeHint()

    def _place(self, rect: QRect, really: bool) -> int:
        item = self._items[0]
        width = min(rect.width(), max(em(self._width), item.minimumSize().width()))
        height = _height(item, width)
        if really:
            left = (rect.width() - width) // 2 if self._centred else 0
            item.setGeometry(QRect(rect.x() + left, rect.y(), width, max(height, rect.height())))
        return height


class Reading(QWidget):
    """Holds one widget at a width that reads well (*width* em), at the left or in the middle of a wider place."""

    def __init__(self, widget: QWidget, *, width: float = 40, centred: bool = False) -> None:
        super().__init__()
        _ReadLayout(self, width, centred).addWidget(widget)
