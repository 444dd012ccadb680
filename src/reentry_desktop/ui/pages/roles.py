"""Who may do what here, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import roles
from ...base.words import N_, _
from .. import tokens as t
from ..layouts import Columns, Stack
from ..page import Page
from ..widgets import Card, Notice, Sentence

if TYPE_CHECKING:
    from ..window import MainWindow


class RolesPage(Page):
    """``show_page("roles")``. A card for each role."""

    key = "roles"
    title = N_("Who may do what")
    icon = "shield-check"
    under = "settings"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        about = _("What each role may do, and whose records it sees. An administrator gives roles.")
        self.set_head(_("Who may do what"), about, back=_("Settings"))
        self.add(Notice(_(roles.NEVER), "info"))
        columns = Columns()
        said = roles.matrix()
        for place, one in enumerate(said):
            (columns.left if place % 2 == 0 else columns.right).add(_card(one))
        self.add(columns)
        self.add(Sentence(_(roles.HELD), tone="muted"))

    def go_back(self) -> None:
        self.shell.show_page("settings", tab="staff")


def _card(one: roles.RoleSays) -> Card:
    card = Card(one.name)
    if one.whose:
        card.add(Sentence(one.whose, role="strong"))
    card.add(Stack(*map(Sentence, one.may), space=t.S1))
    if one.all_women_only:
        only = Stack(*map(Sentence, one.all_women_only), space=t.S1)
        card.add(Sentence(_("Only while all women are seen:"), tone="muted"))
        card.add(only)
    if one.hidden:
        card.add(Sentence(_("Does not see: {parts}").format(parts=", ".join(one.hidden)), tone="muted"))
    return card
