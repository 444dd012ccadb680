"""Who works with a woman, and who looked beyond that."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Record, Share, day, line, link, note
from .participant import Participant


class Assignment(Record):
    """A member of staff works with a woman: her record is among this person's own."""

    __tablename__ = "assignment"
    title = N_("Who works with her")
    share = Share.SITE

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    person: Mapped[Id] = link("person", N_("Member of staff"), indexed=True)
    since: Mapped[dt.date | None] = day(N_("Since"), required=True)
    until: Mapped[dt.date | None] = day(N_("Until"))

    def problems(self) -> dict[str, str]:
        if self.since and self.until and self.until < self.since:
            return {"until": N_("This is before the first day.")}
        return {}


class BreakGlass(Record):
    """Somebody opened the record of a woman beyond the own list, with a reason. It is seen until the end of a day.

    A supervisor looks at each, and says so with a name (HIPAA 164.312(a)(2)(ii), emergency access).
    """

    __tablename__ = "break_glass"
    title = N_("Opened with a reason")
    share = Share.SITE

    participant: Mapped[Id] = link(Participant, N_("Participant"))
    person: Mapped[Id] = link("person", N_("Member of staff"), indexed=True)
    reason: Mapped[str] = note(N_("Why"), max=400, required=True)
    through: Mapped[dt.date | None] = day(N_("Seen through"), required=True)
    looked_at_on: Mapped[dt.date | None] = day(N_("Looked at on"))
    looked_at_by: Mapped[Id] = link("person", N_("Looked at by"), required=False)
    finding: Mapped[str] = line(N_("What was found"), max=400)
