"""The goals of the program, each with its number, its definition and the list behind it."""

from __future__ import annotations

from ...base.words import N_
from ..page import Page


class GoalsPage(Page):
    """What the program set out to do, and how far it is."""

    key = "goals"
    title = N_("Goals")
    icon = "target"
    sidebar = True
