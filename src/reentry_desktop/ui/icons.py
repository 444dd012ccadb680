"""Icons: SVG line drawings of ``resources/icons``, coloured when they are loaded."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ..base.paths import resource

GAP = 1.25
"""Width to height of an icon that words follow."""


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing *name* in *colour* on a clear ground, *size* logical pixels square."""
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    side = round(size * ratio)
    image = QPixmap(QSize(side, side))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def icon(name: str, colour: str, size: int, ratio: float = 1.0, *, gap: bool = False) -> QIcon:
    """An icon of *size* logical pixels for a button or a list; made anew when the size of the text changes.

    *gap* leaves room at its right: Qt itself puts words too close to it.
    """
    drawn = pixmap(name, colour, size, ratio)
    return QIcon(_padded(drawn) if gap else drawn)


def _padded(drawn: QPixmap) -> QPixmap:
    wide = QPixmap(round(drawn.width() * GAP), drawn.height())
    wide.setDevicePixelRatio(drawn.devicePixelRatio())
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return wide
