"""Trust that was taken back: a PC that was lost or stolen, or a whole site whose keys somebody else may have."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Record, day, line, link


class Revocation(Record):
    """What comes from here is no longer believed. It travels to every trusted site."""

    __tablename__ = "revocation"
    title = N_("Revocation")

    site: Mapped[Id] = link("site", N_("Site"), required=False)
    device: Mapped[str] = line(N_("PC, as K7Q2-M9XD; empty for every PC of the site"), max=12)
    revoked_on: Mapped[dt.date | None] = day(N_("Since"), required=True)
    why: Mapped[str] = line(N_("Why"), max=200, required=True)
