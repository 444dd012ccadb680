"""A template pack that a site took in: other words around a plan, signed by a site that is trusted here."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from ..base.ids import Id
from ..base.words import N_
from .base import Record, line, link, note


class TemplatePack(Record):
    """The signed file as it came. Its id is made from its name and version; it travels to every trusted site."""

    __tablename__ = "template_pack"
    title = N_("Template pack")

    name: Mapped[str] = line(N_("Name and version"), max=40, required=True)
    signed_by: Mapped[Id] = link("site", N_("Signed by"), required=False)
    file: Mapped[str] = note(N_("The signed file"), max=700_000, required=True)
