"""Who holds her record, on her page: in words on top where it is not this site, and as a card with what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...actions import transfers
from ...actions.moves import Held
from ...base.words import _
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow
from ..widgets import Button, Card, LinkButton, PrimaryButton, Sentence

if TYPE_CHECKING:
    from .participant import ParticipantPage


def holds(held: Held) -> str:
    """The sentence for the top of her page; ``""`` where she is written here as always."""
    if held.writable:
        return ""
    day = show_day(held.on)
    if held.to_take:
        return _("Her record has come here. Take it over before you write.")
    if held.to_call_off:
        return _("Released to {site} on {day}. Here it can be read, not changed.").format(site=held.to, day=day)
    return _("{site} holds her record. Here it can be read, not changed.").format(site=held.by)


def take_button(page: ParticipantPage, held: Held) -> list[Button]:
    """The one click that takes her record over, where it has come."""
    move = held.to_take
    if move is None:
        return []
    return [PrimaryButton(_("Take her record over"), lambda: page.do(transfers.take_over, move), icon_name="check")]


class MoveCard(Card):
    """In sight at a facility: an office holds nobody's record."""

    def __init__(self, page: ParticipantPage, held: Held) -> None:
        super().__init__(_("Who holds her record"))
        self._page = page
        shell, woman = page.shell, page.woman
        if held.to:
            words = _("{old} released it to {new} on {day}. It is not taken over yet.")
            self.add(Sentence(words.format(old=held.by, new=held.to, day=show_day(held.on))))
        elif held.by and held.on:
            self.add(Sentence(_("{site}, since {day}.").format(site=held.by, day=show_day(held.on))))
        else:
            self.add(Sentence(held.by or _("This site: she has not moved.")))
        acts: list[Button] = []
        if held.to_call_off:
            off = held.to_call_off
            acts.append(Button(_("Call it off"), lambda: page.do(transfers.call_off_move, off), icon_name="x"))
        if held.writable:
            acts.append(
                Button(_("Move to another facility…"), lambda: shell.show_page("move", participant=woman),
                       icon_name="send")
            )  # fmt: skip
        if held.writable and not held.by:
            ask = LinkButton(
                _("Ask for her record"), lambda: shell.show_page("move", participant=woman, ask=True),
                icon_name="download",
            )  # fmt: skip
            acts.append(ask)
        if held.by:
            acts.append(LinkButton(_("All moves"), lambda: shell.show_page("transfers"), icon_name="arrow-right"))
        self.add(Flow(*acts, space=t.S3))
