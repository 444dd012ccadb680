"""Where a PostgreSQL database is: its address in sight, its password in a line of its own that is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ..base.problems import Refused
from ..base.words import _
from ..records.base import Field
from .editors import PRIVATE, Line
from .form import FieldRow, RecordForm


class AddressForm(RecordForm):
    """``field`` says what the address is called where it is asked for."""

    def __init__(self, field: Field) -> None:
        super().__init__({"address": field})
        self.password = Line(most=200)
        self.password.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.edit.setInputMethodHints(PRIVATE | Qt.InputMethodHint.ImhHiddenText)
        box = self.layout()
        assert box is not None
        box.addWidget(FieldRow(_("Password of the database"), self.password))

    def whole(self) -> str:
        """The address with its password; "" where none was typed. Raises ``Problem``; one of a line is shown there."""
        from ..actions import database  # nothing of the records is loaded before the first window

        try:
            address = str(self.values()["address"])
            if self.specs["address"].required and not address:
                raise Refused({"address": _("Please fill this in.")})
            return database.with_password(address, self.password.typed())
        except Refused as refused:
            self.show_problems(refused.fields)
            raise

    def forget(self) -> None:
        """The password is typed anew."""
        self.password.set("")
