"""What is shown when the program itself made a mistake: calm words, and a report that names nobody."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from ..base.words import _
from . import tokens as t
from .style import em
from .widgets import Heading, Sentence


def show_crash(parent: QWidget, report: str) -> None:
    """Show the report until it is closed; the program goes on."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Re-entry Desktop")
    box = QVBoxLayout(dialog)
    box.setContentsMargins(t.S5, t.S5, t.S5, t.S5)
    box.setSpacing(t.S3)
    box.addWidget(Heading(_("The program made a mistake")))
    box.addWidget(
        Sentence(
            _(
                "What was saved is safe. Try again, or lock and unlock. If it happens again, give this report to "
                "whoever helps you. It holds no names and no words of anybody."
            )
        )
    )
    text = QPlainTextEdit(report)
    text.setReadOnly(True)
    text.setAccessibleName(_("Report without names"))
    box.addWidget(text)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(_("Close"))
    buttons.rejected.connect(dialog.reject)
    box.addWidget(buttons)
    dialog.resize(em(40), em(28))
    dialog.open()
