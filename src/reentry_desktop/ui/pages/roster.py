"""Roster import: the facility's lists, looked at before anything is written."""

from __future__ import annotations

from ...base.words import N_
from ..page import Page


class RosterPage(Page):
    """Read the facility's lists in."""

    key = "roster"
    title = N_("Roster import")
    icon = "upload"
    sidebar = True
