"""Locks when the person at the PC goes away in a way that only the system sees: Windows locked, another user, sleep."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

SESSION_CHANGE, POWER = 0x02B1, 0x0218  # WM_WTSSESSION_CHANGE, WM_POWERBROADCAST
# The console or the remote desk is left to another user, the user signs out, the session is locked.
_LEFT = frozenset({0x2, 0x4, 0x6, 0x7})
_SUSPEND = 0x4


def is_leaving(message: int, what: int) -> bool:
    """Whether a message of Windows says that nobody is at this desk any more."""
    return (message == SESSION_CHANGE and what in _LEFT) or (message == POWER and what == _SUSPEND)


class Away(QAbstractNativeEventFilter):
    """Calls *left* for such a message. Windows is asked to send them for ``window``, a window's handle."""

    def __init__(self, app: QCoreApplication, left: Callable[[], object]) -> None:
        super().__init__()
        self._left = left
        app.installNativeEventFilter(self)

    def watch(self, window: int) -> None:
        """Ask for the messages. Elsewhere than on Windows there are none: sleep is seen by the clocks (``idle``)."""
        if sys.platform == "win32":
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(wintypes.HWND(window), 0)

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        """Look at one message of the system; none is kept from Qt."""
        name = kind.data() if isinstance(kind, QByteArray) else kind
        if bytes(name) == b"windows_generic_MSG":
            said = wintypes.MSG.from_address(int(message))
            if is_leaving(said.message, said.wParam):
                self._left()
        return False, 0
