"""The look of the program: fonts, palette and one style sheet made from the size of body text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ..base.paths import resource
from . import tokens as t
from .icons import GAP

SLIM, FOOT = 26, 32
"""Pixels of the largest words in the rows that stay above and below large words where room is short."""
FAMILY = "Atkinson Hyperlegible Next"
FALLBACK = "Noto Sans"
_base = t.BASE
_percent = 100


def load_fonts(folder: Path | None = None) -> None:
    """Give Qt the bundled fonts. Where the folder is missing, the system's font is used."""
    _load(folder, "AtkinsonHyperlegibleNext-*.ttf")


def load_fallbacks(folder: Path | None = None) -> None:
    """Give Qt the fonts of names outside Latin. They are large, so the first window is painted before."""
    _load(folder, "NotoSans*-*.ttf")


def _load(folder: Path | None, pattern: str) -> None:
    for file in sorted((folder or resource("fonts")).glob(pattern)):
        QFontDatabase.addApplicationFont(str(file))


def em(count: float = 1) -> int:
    """*count* times the height of body text, in pixels."""
    return round(count * _base)


def column_width(widget: QWidget) -> int:
    """Pixels of the widest line of text that reads well: about 70 characters."""
    return round(widget.fontMetrics().horizontalAdvance("the quick brown fox jumps over the lazy dog") / 43 * t.COLUMN)


def high_contrast(app: QApplication) -> bool:
    """Whether the system asks for high contrast; then its own colours are used, and no sheet of ours."""
    hints = app.styleHints()
    accessibility = hints.accessibility()
    return accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast


def percent() -> int:
    """The size of the text in use, one of ``tokens.SCALES``."""
    return min(t.SCALES, key=lambda scale: abs(scale - _percent))


def apply(app: QApplication, percent: int = 100, *, plain: bool | None = None, zoom: float = 1) -> None:
    """Dress the whole program. *percent* is one of ``tokens.SCALES``; *plain* leaves out our colours.

    *zoom* makes everything larger still while two people read from one screen.

    Called again when the size of the text or the system's contrast changes; windows follow by themselves.
    """
    global _base, _percent
    _base, _percent = round(t.BASE * percent / 100 * zoom), percent
    font = QFont()
    font.setFamilies([FAMILY, FALLBACK])
    font.setPixelSize(_base)
    plain = high_contrast(app) if plain is None else plain
    if not plain and app.font() == font and app.styleSheet() == sheet(_base):
        return  # it looks so already, and a sheet that is set goes through every widget
    if app.styleSheet():  # one that is exchanged dresses a widget once for each it lies in: six times as slow
        app.setStyleSheet("")
    else:
        app.setStyle("Fusion")
    app.setFont(font)
    if plain:
        app.setPalette(app.style().standardPalette())
        app.setStyleSheet(_plain_sheet(_base))
    else:
        app.setPalette(_palette())
        app.setStyleSheet(sheet(_base))


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, colour in {
        role.Window: t.BACKGROUND,
        role.WindowText: t.TEXT,
        role.Base: t.SURFACE,
        role.AlternateBase: t.BACKGROUND,
        role.Text: t.TEXT,
        role.Button: t.SURFACE,
        role.ButtonText: t.TEXT,
        role.PlaceholderText: t.MUTED,
        role.Highlight: t.PRIMARY,
        role.HighlightedText: t.ON_PRIMARY,
        role.ToolTipBase: t.TEXT,
        role.ToolTipText: t.SURFACE,
        role.Link: t.PRIMARY,
        role.Accent: t.PRIMARY,
        role.Midlight: t.HAIRLINE,
        role.Mid: t.BORDER,
    }.items():
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(t.MUTED))
    return palette


def _sizes(base: int) -> str:
    """Sizes of type; they stay when the colours are the system's."""
    return f"""
*[role="h1"] {{ font-size: {round(base * t.H1)}px; font-weight: 700; }}
*[role="h2"] {{ font-size: {round(base * t.H2)}px; font-weight: 600; }}
*[role="small"] {{ font-size: {max(14, round(base * t.SMALL))}px; }}
*[role="aside"] {{ font-size: {max(14, round(base * t.ASIDE))}px; }}
*[role="slim"] {{ font-size: {min(base, SLIM)}px; }}
*[role="foot"] {{ font-size: {min(base, FOOT)}px; }}
*[role="strong"] {{ font-weight: 600; }}
*[role="figure"] {{ font-size: {round(base * 2)}px; font-weight: 700; }}
*[role="clock"] {{ font-size: {base * 4}px; font-weight: 600; }}
"""


def _plain_sheet(base: int) -> str:
    inner = t.control_height(base) - 16
    return _sizes(base) + f"QPushButton, QLineEdit, QComboBox {{ min-height: {inner}px; }}"


def sheet(base: int) -> str:
    """The style sheet for body text of *base* pixels."""
    marks = resource("icons", "marks").as_posix()
    height = t.control_height(base)
    box = round(base * 1.375)
    ring = "border: 3px solid"
    return (
        _sizes(base)
        + f"""
QMainWindow, QDialog, QWidget[ground="page"], QScrollArea[ground="page"] {{ background: {t.BACKGROUND}; }}
QWidget {{ color: {t.TEXT}; }}
QLabel {{ background: transparent; }}
QLabel[tone="muted"] {{ color: {t.MUTED}; }}
QLabel[tone="danger"] {{ color: {t.DANGER}; }}
QLabel[tone="ok"] {{ color: {t.OK}; }}
QLabel[tone="primary"] {{ color: {t.PRIMARY}; }}
QLabel[tone="on-dark"] {{ color: {t.SIDEBAR_TEXT}; }}
QLabel[tone="quiet-on-dark"] {{ color: {t.SIDEBAR_MUTED}; }}
QToolTip {{ background: {t.TEXT}; color: {t.SURFACE}; border: 0; padding: 6px 8px; }}

QFrame[part="card"] {{ background: {t.SURFACE}; border: 1px solid {t.HAIRLINE}; border-radius: {t.CARD_RADIUS}px; }}
QFrame[part="line"] {{ background: {t.HAIRLINE}; border: 0; }}
QFrame[part="dark"] {{ background: {t.SIDEBAR}; }}
QFrame[part="bar"] {{ background: {t.SURFACE}; border: 0; border-top: 1px solid {t.HAIRLINE}; }}
QFrame[part="toast"] {{ background: {t.TEXT}; border-radius: {t.CARD_RADIUS}px; }}
QFrame[part="toast"] QLabel {{ color: {t.SURFACE}; }}
"""
        + "".join(
            f'QFrame[notice="{tone}"] {{ background: {ground}; border: 0; border-left: 4px solid {words};'
            f" border-top-right-radius: {t.RADIUS}px; border-bottom-right-radius: {t.RADIUS}px; }}\n"
            f'QFrame[pill="{tone}"] {{ background: {ground}; border-radius: {round(base * 0.7)}px; }}\n'
            f'QFrame[pill="{tone}"] QLabel {{ color: {words}; font-weight: 600; }}\n'
            for tone, (words, ground) in t.TONES.items()
        )
        + f"""
QPushButton {{ min-height: {height - 16}px; padding: 7px {round(base * 1.05)}px; border: 1px solid {t.BORDER};
  border-radius: {t.RADIUS}px; background: {t.SURFACE}; color: {t.TEXT}; icon-size: {round(base * 1.25 * GAP)}px; }}
QPushButton[square="true"] {{ icon-size: {round(base * 1.25)}px; padding: 7px {round(base * 0.7)}px; }}
QPushButton[square="true"]:focus {{ padding: 5px {round(base * 0.7) - 2}px; }}
QPushButton:hover {{ background: {t.SURFACE_SOFT}; }}
QPushButton:pressed {{ background: {t.PRIMARY_SOFT}; }}
QPushButton:focus {{ {ring} {t.FOCUS}; padding: 5px {round(base * 1.05) - 2}px; }}
QPushButton:disabled {{ color: {t.MUTED}; background: {t.SURFACE_SOFT}; border-color: {t.HAIRLINE}; }}
QPushButton[kind="primary"] {{ background: {t.PRIMARY}; border-color: {t.PRIMARY}; color: {t.ON_PRIMARY};
  font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {t.PRIMARY_HOVER}; }}
QPushButton[kind="primary"]:focus {{ {ring} {t.AMBER}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.SURFACE_SOFT}; color: {t.MUTED};
  border: 1px solid {t.HAIRLINE}; }}
QPushButton[kind="danger"] {{ background: {t.DANGER}; border-color: {t.DANGER}; color: {t.ON_PRIMARY};
  font-weight: 600; }}
QPushButton[kind="danger"]:focus {{ {ring} {t.AMBER}; }}
QPushButton[kind="link"], QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent;
  color: {t.PRIMARY}; padding: 7px 7px 7px 5px; text-align: left; font-weight: 600; }}
QPushButton[kind="quiet"] {{ color: {t.TEXT}; font-weight: 400; }}
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:pressed {{ background: transparent; color: {t.PRIMARY_HOVER};
  text-decoration: underline; }}
QPushButton[kind="quiet"] {{ padding: 7px 7px; }}
QPushButton[kind="quiet"]:hover {{ background: {t.PRIMARY_SOFT}; }}
QPushButton[kind="link"]:focus, QPushButton[kind="quiet"]:focus {{ {ring} {t.FOCUS}; padding: 5px 5px 5px 3px; }}
QPushButton[kind="quiet"]:focus {{ padding: 5px 5px; }}
QPushButton[kind="link"]:disabled, QPushButton[kind="quiet"]:disabled {{ color: {t.MUTED}; }}
QPushButton[kind="chip"] {{ border-radius: {height // 2}px; }}
QPushButton[kind="chip"]:checked {{ background: {t.PRIMARY_SOFT}; border: 2px solid {t.PRIMARY}; font-weight: 600;
  padding: 6px {round(base * 1.05) - 1}px; }}
QPushButton[kind="chip"]:focus {{ {ring} {t.FOCUS}; padding: 5px {round(base * 1.05) - 2}px; }}
QPushButton[role="slim"] {{ min-height: {t.TARGET - 12}px; padding: 5px {t.S3}px; icon-size: {round(SLIM * GAP)}px; }}
QPushButton[kind="chip"][role="slim"] {{ border-radius: {t.TARGET // 2}px; }}
QPushButton[role="foot"] {{ min-height: {min(height, 72) - 16}px; }}
QPushButton[role="slim"]:focus {{ padding: 3px {t.S3 - 2}px; }}
QPushButton[kind="on-dark"] {{ background: transparent; border-color: transparent; color: {t.SIDEBAR_TEXT};
  font-weight: 600; }}
QPushButton[kind="on-dark"]:hover {{ background: {t.SIDEBAR_ACTIVE}; }}
QPushButton[kind="on-dark"]:checked {{ background: {t.SIDEBAR_ACTIVE}; border-color: {t.SIDEBAR_MUTED}; }}
QPushButton[kind="on-dark"]:focus {{ {ring} {t.AMBER}; }}
QFrame[part="toast"] QPushButton {{ background: transparent; color: {t.AMBER}; border-color: transparent;
  font-weight: 600; }}
QFrame[part="toast"] QPushButton:focus {{ {ring} {t.AMBER}; }}

QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {{ background: {t.SURFACE}; color: {t.TEXT};
  border: 1px solid {t.BORDER}; border-radius: {t.RADIUS}px; padding: 7px {round(base * 0.7)}px;
  selection-background-color: {t.PRIMARY}; selection-color: {t.ON_PRIMARY}; placeholder-text-color: {t.MUTED}; }}
QLineEdit, QComboBox, QSpinBox {{ min-height: {height - 16}px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {{ {ring} {t.FOCUS};
  padding: 5px {round(base * 0.7) - 2}px; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {{ border: 2px solid {t.DANGER};
  padding: 6px {round(base * 0.7) - 1}px; }}
QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {t.SURFACE_SOFT}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{ background: {t.SURFACE_SOFT}; color: {t.MUTED}; }}
QComboBox::drop-down {{ subcontrol-origin: padding; subcontrol-position: center right;
  width: {round(base * 2.1)}px; border: 0; }}
QComboBox::down-arrow {{ image: url("{marks}/down.svg"); width: {round(base * 1.1)}px; height: {round(base * 1.1)}px; }}
QComboBox QAbstractItemView {{ background: {t.SURFACE}; border: 1px solid {t.BORDER}; outline: 0; padding: 4px;
  selection-background-color: {t.PRIMARY_SOFT}; selection-color: {t.TEXT}; }}
QComboBox QAbstractItemView::item {{ min-height: {t.row_height(base)}px; padding: 0 {round(base * 0.5)}px;
  border-radius: 4px; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: {round(base * 2)}px; border: 0; background: transparent; }}
QSpinBox::up-arrow {{ image: url("{marks}/up.svg"); width: {base}px; height: {base}px; }}
QSpinBox::down-arrow {{ image: url("{marks}/down.svg"); width: {base}px; height: {base}px; }}

QCheckBox, QRadioButton {{ spacing: {round(base * 0.6)}px; min-height: {height - 6}px; padding: 3px 6px 3px 3px;
  background: transparent; }}
QCheckBox:focus, QRadioButton:focus {{ {ring} {t.FOCUS}; border-radius: {t.RADIUS}px; padding: 0 3px 0 0; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: {box}px; height: {box}px; border: 2px solid {t.BORDER};
  background: {t.SURFACE}; }}
QCheckBox::indicator {{ border-radius: 5px; }}
QRadioButton::indicator {{ border-radius: {box // 2 + 2}px; }}
QCheckBox::indicator:checked {{ background: {t.PRIMARY}; border-color: {t.PRIMARY}; image: url("{marks}/check.svg"); }}
QRadioButton::indicator:checked {{ border-color: {t.PRIMARY}; image: url("{marks}/dot.svg"); }}
"""
        + _collections(base, marks)
    )


def _collections(base: int, marks: str) -> str:
    """Lists, tables, tabs, menus, bars."""
    row = t.row_height(base)
    grip = round(base * 2.5)
    thumb = f"background: {t.SCROLL}; border-radius: 5px; min-height: {grip}px; min-width: {grip}px;"
    return f"""
QTableView {{ background: {t.SURFACE}; alternate-background-color: {t.SURFACE}; border: 1px solid {t.HAIRLINE};
  border-radius: {t.CARD_RADIUS}px; outline: 0; gridline-color: {t.HAIRLINE};
  selection-background-color: {t.PRIMARY_SOFT}; selection-color: {t.TEXT}; }}
QTableView:focus {{ border: 2px solid {t.FOCUS}; }}
QHeaderView {{ background: transparent; border: 0; }}
QHeaderView::section {{ background: {t.SURFACE_SOFT}; color: {t.TEXT}; font-weight: 600; border: 0;
  border-bottom: 1px solid {t.HAIRLINE}; padding: 0 {t.S3}px; min-height: {row}px; }}
QHeaderView::section:hover {{ background: {t.PRIMARY_SOFT}; }}
QHeaderView::down-arrow {{ image: url("{marks}/down.svg"); width: {base}px; height: {base}px; }}
QHeaderView::up-arrow {{ image: url("{marks}/up.svg"); width: {base}px; height: {base}px; }}
QListWidget {{ background: {t.SURFACE}; border: 1px solid {t.HAIRLINE}; border-radius: {t.CARD_RADIUS}px; outline: 0; }}
QListWidget::item {{ min-height: {t.control_height(base)}px; padding: 0 {t.S3}px; border: 2px solid transparent;
  border-radius: {t.RADIUS}px; color: {t.TEXT}; }}
QListWidget::item:hover {{ background: {t.SURFACE_SOFT}; }}
QListWidget::item:selected {{ background: {t.PRIMARY_SOFT}; color: {t.TEXT}; }}
QListWidget:focus {{ border: 2px solid {t.FOCUS}; }}
QListWidget[part="places"] {{ background: {t.SIDEBAR}; border: 0; border-radius: 0; padding-top: {t.S2}px; }}
QListWidget[part="places"] QScrollBar::handle {{ background: {t.SIDEBAR_SCROLL}; }}

QTabWidget::pane {{ border: 0; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {t.MUTED}; border: 0; border-bottom: 3px solid transparent;
  padding: 0 {round(base * 0.9)}px; min-height: {t.control_height(base) - 3}px; font-weight: 600; }}
QTabBar::tab:hover {{ color: {t.TEXT}; background: {t.SURFACE_SOFT}; }}
QTabBar::tab:selected {{ color: {t.PRIMARY}; border-bottom: 3px solid {t.PRIMARY}; }}
QTabBar::tab:focus {{ border: 3px solid {t.FOCUS}; border-radius: {t.RADIUS}px; padding: 0 {round(base * 0.9) - 3}px;
  min-height: {t.control_height(base) - 6}px; }}

QMenuBar {{ background: {t.SURFACE}; border-bottom: 1px solid {t.HAIRLINE}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 6px 10px; border-radius: {t.RADIUS}px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.PRIMARY_SOFT}; }}
QMenu {{ background: {t.SURFACE}; border: 1px solid {t.BORDER}; padding: 6px; }}
QMenu::item {{ padding: {round(base * 0.5)}px {round(base * 1.5)}px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.PRIMARY_SOFT}; color: {t.TEXT}; }}
QMenu::item:disabled {{ color: {t.MUTED}; }}
QMenu::separator {{ height: 1px; background: {t.HAIRLINE}; margin: 6px 8px; }}

QProgressBar {{ background: {t.SURFACE_SOFT}; border: 1px solid {t.BORDER}; border-radius: 5px;
  min-height: 10px; max-height: 10px; }}
QProgressBar::chunk {{ background: {t.PRIMARY}; border-radius: 4px; }}
QScrollArea {{ border: 0; background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 14px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 14px; margin: 2px; }}
QScrollBar::handle {{ {thumb} }}
QScrollBar::handle:hover {{ background: {t.BORDER}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QCalendarWidget QWidget {{ background: {t.SURFACE}; alternate-background-color: {t.SURFACE_SOFT}; }}
QCalendarWidget QToolButton {{ min-height: {t.TARGET}px; min-width: {t.TARGET}px; border: 0;
  border-radius: {t.RADIUS}px;
  font-weight: 600; background: transparent; color: {t.TEXT}; }}
QCalendarWidget QToolButton:hover {{ background: {t.PRIMARY_SOFT}; }}
QCalendarWidget QToolButton::menu-indicator {{ image: none; }}
QCalendarWidget #qt_calendar_prevmonth {{ qproperty-icon: url("{marks}/left.svg"); }}
QCalendarWidget #qt_calendar_nextmonth {{ qproperty-icon: url("{marks}/right.svg"); }}
QCalendarWidget QAbstractItemView {{ selection-background-color: {t.PRIMARY}; selection-color: {t.ON_PRIMARY};
  outline: 0; }}
"""
