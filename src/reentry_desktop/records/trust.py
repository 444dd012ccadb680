"""Trust that was taken back, of a PC that was lost or a whole site; and facilities that are closed."""

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


class SiteClosure(Record):
    """A facility is closed, or gone for good: an office says so. What comes from it is still believed.

    From then on that office may give what it holds of the women there to another facility.
    """

    __tablename__ = "site_closure"
    title = N_("Closed facility")

    site: Mapped[Id] = link("site", N_("Site"), required=False)
    closed_on: Mapped[dt.date | None] = day(N_("Closed on"), required=True)
    why: Mapped[str] = line(N_("Why"), max=200, required=True)
