"""Words that are called back: she shares no longer what another site has, and asks that it be deleted there."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Record, day, link, number
from .participant import Participant


class Recall(Record):
    """She asks every site that has her words to delete them. It begins when she shares her dates only again."""

    __tablename__ = "recall"
    title = N_("Words called back")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    asked_on: Mapped[dt.date | None] = day(N_("Asked on"), required=True)
    ended_on: Mapped[dt.date | None] = day(N_("No longer asked, since"))


class RecallAnswer(Record):
    """One site deleted them."""

    __tablename__ = "recall_answer"
    title = N_("Words deleted")

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    recall: Mapped[Id] = link(Recall, N_("Words called back"))
    site: Mapped[Id] = link("site", N_("Site"), required=False)
    deleted_on: Mapped[dt.date | None] = day(N_("Deleted on"), required=True)
    entries: Mapped[int | None] = number(N_("Entries deleted"), least=0, most=10_000_000)
