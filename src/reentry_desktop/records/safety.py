"""That something had to be passed on: three facts and nothing else, for its author and administrators alone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Record, Sensitivity, Share, day, line, link
from .participant import Participant


class SafetyReport(Record):
    """A report was made: when, and to whom. There is no field for what happened, and there must never be one."""

    __tablename__ = "safety_report"
    title = N_("Report passed on")
    share = Share.SITE
    sensitive = Sensitivity.ABUSE

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    author: Mapped[Id] = link("person", N_("Made by"))
    made_on: Mapped[dt.date | None] = day(N_("On what day"), required=True)
    made_at: Mapped[str] = line(N_("At what time"), max=40)
    to_whom: Mapped[str] = line(N_("To whom"), required=True)
    closed_on: Mapped[dt.date | None] = day(N_("Handed over on"))
