"""What belongs to her record on paper: scanned papers, her own copy of all of it, and who asked for information."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...actions import attachments, requests
from ...base.words import _, ngettext
from .. import tokens as t
from ..layouts import Flow
from ..widgets import Card, LinkButton, Sentence

if TYPE_CHECKING:
    from .participant import ParticipantPage


def papers_card(page: ParticipantPage) -> Card:
    """The ways there, and how much there is."""
    shell, woman = page.shell, page.woman
    papers = len(shell.desk.read(attachments.papers, woman))
    asked = sum(not one.record.decision for one in shell.desk.read(requests.requests, woman))
    card = Card(_("Papers and copies"))
    if papers:
        card.add(Sentence(ngettext("{n} scanned paper.", "{n} scanned papers.", papers).format(n=papers)))
    if asked:
        words = ngettext("{n} request waits for an answer.", "{n} requests wait for an answer.", asked)
        card.add(Sentence(words.format(n=asked)))
    ways = (
        ("look_at_paper", "papers", _("Scanned papers"), "archive"),
        ("print_her_record", "her-copy", _("All that is kept about her"), "file-text"),
        ("add_request", "requests", _("Requests for information"), "message-circle"),
    )
    links = Flow(space=t.S3)
    for act, key, words, icon in ways:
        if shell.desk.may(act):
            links.add(LinkButton(words, partial(shell.show_page, key, participant=woman), icon_name=icon))
    card.add(links)
    return card
