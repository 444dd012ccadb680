"""What belongs to her record on paper: scanned papers, her own copy of all of it, and who asked for information."""

from __future__ import annotations

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
    card.add(
        Flow(
            LinkButton(_("Scanned papers"), lambda: shell.show_page("papers", participant=woman), icon_name="archive"),
            LinkButton(_("All that is kept about her"), lambda: shell.show_page("her-copy", participant=woman),
                       icon_name="file-text"),
            LinkButton(_("Requests for information"), lambda: shell.show_page("requests", participant=woman),
                       icon_name="message-circle"),
            space=t.S3,
        )
    )  # fmt: skip
    return card
