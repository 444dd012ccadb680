"""Work on the records while nobody has them open: the window shows what is done, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from .page import ScrollPage
from .widgets import Card, Notice
from .worker import Job, Worker


@dataclass(frozen=True)
class WhileClosed:
    """What a page asks for: *work* gets the store's folder; then *done* says with which page to go on.

    ``done`` gets what *work* gave and returns an open store and a page, or a page that stands alone.
    """

    title: str
    words: str
    work: Callable[[Path, Job], Any]
    done: Callable[[Any], tuple[Any, str] | ScrollPage]


class ClosedPage(ScrollPage):
    """Says how far it is."""

    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, asked: WhileClosed, folder: Path, parent: QObject | None = None) -> None:
        super().__init__()
        self._worker = Worker(self)
        self.set_head(asked.title, "")
        self.said = Notice(asked.words, "info")
        self.add(Card("", self.said))
        self._job = self._worker.run(lambda job: asked.work(folder, job), self.ended.emit, self.failed.emit)
        self._job.progress.connect(lambda words, _share: self.said.say(words, "info"))
