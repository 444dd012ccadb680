"""Prints that were handed out, and what became of each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Share, choice, day, line, link, number
from .participant import Participant


class Layout(Choice):
    """How a plan is printed, each for another reader; and, beside her plan, her copy of all that is kept."""

    FULL = "full", N_("The whole plan")
    KEEP = "keep-with-me", N_("To keep with her")
    SUPPORTER = "supporter", N_("For one supporter")
    WALLET = "wallet", N_("Wallet card")
    FIRST_72 = "first-72-hours", N_("First 72 hours")
    CHECK_IN = "check-in", N_("Daily check-in sheet")
    RECOVERY = "recovery", N_("Recovery support plan")
    WORKSHEET = "worksheet", N_("Blank pages to write on")
    HER_RECORD = "her-record", N_("All that is kept about her")


class Became(Choice):
    """What became of a copy."""

    GIVEN = "given", N_("Given to her or whom it is for")
    PROPERTY = "property", N_("In her property")
    RETURNED = "returned", N_("Returned to the office")
    TAKEN = "taken", N_("Taken from her")
    LOST = "lost", N_("Lost")
    DESTROYED = "destroyed", N_("Destroyed")


class CopyGiven(Record):
    """One print. It begins when the print is made; what became of it is written down as it is known."""

    __tablename__ = "copy_given"
    title = N_("Copy")
    share = Share.WORDS

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    print_number: Mapped[str] = line(N_("Print number"), max=24, required=True)
    layout: Mapped[str] = choice(N_("Layout"), Layout, required=True)
    version: Mapped[int | None] = number(N_("Version"), least=0, most=9999)
    copies: Mapped[int | None] = number(N_("Copies"), least=1, most=99)
    pages: Mapped[int | None] = number(N_("Pages"), least=1, most=9999)
    for_whom: Mapped[str] = line(N_("For whom"))
    to_whom: Mapped[str] = line(N_("To which board, office or court"))
    supporter: Mapped[Id] = link("supporter", N_("Supporter"), required=False)
    signed_on: Mapped[dt.date | None] = day(N_("She signed for this print on"))
    printed_on: Mapped[dt.date | None] = day(N_("Printed on"), required=True)
    became: Mapped[str] = choice(N_("What became of it"), Became)
    became_on: Mapped[dt.date | None] = day(N_("Since"))
