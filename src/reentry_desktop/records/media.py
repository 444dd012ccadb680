"""Sticks this site uses, and which bundle left on which of them, with whom. All of it stays at the site."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Choice, Record, Share, choice, day, line, link

_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d( ?[ap]\.? ?m\.?)?", re.IGNORECASE)


class StickBecame(Choice):
    """What became of a stick that is not used any more."""

    BROKEN = "broken", N_("Broken")
    LOST = "lost", N_("Lost")
    DESTROYED = "destroyed", N_("Destroyed")
    PUT_AWAY = "put_away", N_("Put away")


class Stick(Record):
    """One stick of the register, known by the serial its maker gave it."""

    __tablename__ = "stick"
    title = N_("Stick")
    share = Share.SITE

    label: Mapped[str] = line(N_("Label"), max=20, required=True)
    serial: Mapped[str] = line(N_("Hardware serial"), max=120)
    volume: Mapped[str] = line(N_("Name on the computer"))
    capacity: Mapped[str] = line(N_("Size"), max=20)
    registered_on: Mapped[dt.date | None] = day(N_("Registered on"), required=True)
    retired_on: Mapped[dt.date | None] = day(N_("Not used since"))
    became: Mapped[str] = choice(N_("What became of the stick"), StickBecame)


class Carriage(Record):
    """One bundle on its way: begun when it is copied; who carries it and when it comes back is added as it is known.

    It says neither who is in the bundle nor how much: a gate sheet is made from it.
    """

    __tablename__ = "carriage"
    title = N_("Bundle on its way")
    share = Share.SITE

    stick: Mapped[Id] = link("stick", N_("Stick"), required=False)
    serial: Mapped[str] = line(N_("Hardware serial"), max=120)  # of a stick in no register too
    file: Mapped[str] = line(N_("File"), required=True)
    size: Mapped[str] = line(N_("Size in bytes"), max=20)  # a number field ends at 2 GB
    sha256: Mapped[str] = line(N_("SHA-256"), max=64)
    from_site: Mapped[str] = line(N_("From site"))
    to_site: Mapped[str] = line(N_("To site"))
    copied_on: Mapped[dt.date | None] = day(N_("Copied on"), required=True)
    carrier: Mapped[str] = line(N_("Carried by"))
    left_on: Mapped[dt.date | None] = day(N_("Left on"))
    left_at: Mapped[str] = line(N_("Left at"), max=40)
    returned_on: Mapped[dt.date | None] = day(N_("Back on"))
    wiped_on: Mapped[dt.date | None] = day(N_("Wiped on"))

    def problems(self) -> dict[str, str]:
        found = {}
        if self.left_on and self.returned_on and self.returned_on < self.left_on:
            found["returned_on"] = N_("This is before the stick left.")
        if self.left_on and self.copied_on and self.left_on < self.copied_on:
            found["left_on"] = N_("This is before the bundle was copied.")
        if self.left_at and not _TIME.fullmatch(self.left_at):
            found["left_at"] = N_("Give the time of day as 14:05.")
        return found
