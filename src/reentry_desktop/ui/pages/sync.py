"""USB sync: what goes to another site on a stick, what comes back, and whose keys are trusted."""

from __future__ import annotations

from ...base.words import N_
from ..page import Page


class SyncPage(Page):
    """Copy to USB, bring in from USB, and the cards of the sites."""

    key = "sync"
    title = N_("USB sync")
    icon = "usb"
    sidebar = True
