"""A page: heading, acts at the right, content that scrolls; and the pieces that belong to whole pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from ..base.problems import Problem
from ..base.words import _
from . import tokens as t
from .layouts import Flow, SplitLayout, Stack
from .style import em
from .widgets import Button, Heading, Icon, InlineProblem, LinkButton, Sentence, announce
from .worker import Cancelled, Job

if TYPE_CHECKING:
    from PySide6.QtGui import QUndoStack

    from ..records.base import Right
    from .window import MainWindow

T = TypeVar("T")


class PageHead(QWidget):
    """Title, one line under it, and the page's acts. Where there is more than the title, its height stays the same."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._alone = True
        split = SplitLayout(self, space=t.S4)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.title = Heading(title, 1)
        self.subtitle = Sentence(tone="muted", wide=True)
        column.addWidget(self.title)
        column.addWidget(self.subtitle)
        column.addStretch()
        self.acts = Flow(space=t.S3, right=True)
        split.addWidget(words)
        split.addWidget(self.acts)
        self.fill(title)

    def fill(self, title: str, subtitle: str = "", acts: Sequence[QWidget] = ()) -> None:
        """Say and offer this."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        self.acts.clear()
        for act in acts:
            self.acts.add(act)
        self.acts.setVisible(bool(acts))
        self._alone = not subtitle and not acts
        self._keep_room()

    def _keep_room(self) -> None:
        self.setMinimumHeight(0 if self._alone else em(3.75))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._keep_room()


class ScrollPage(QScrollArea):
    """A page that scrolls as one. ``add`` puts pieces under the heading."""

    def __init__(self, title: str = "", *, wide: float = 84) -> None:
        super().__init__()
        self.setProperty("ground", "page")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._wide = wide
        self._inside = QWidget()
        self._inside.setProperty("ground", "page")
        self.box = QVBoxLayout(self._inside)
        self.box.setSpacing(t.S4)
        self.way_back = LinkButton("", self.go_back, icon_name="arrow-left")
        self.way_back.hide()
        self.head = PageHead(title)
        self.problem = InlineProblem()
        for widget in (Stack(self.way_back, self.head, space=0), self.problem):
            self.box.addWidget(widget)
        self._end = self.box.count()
        self.box.addStretch(1)
        self.setWidget(self._inside)
        self._margins()

    def add(self, widget: QWidget, stretch: int = 0) -> QWidget:
        """Put *widget* under what is there; with *stretch* it takes the room that is left. Returns it."""
        side = Qt.AlignmentFlag.AlignLeft if isinstance(widget, QPushButton) else Qt.AlignmentFlag(0)
        end = self.box.count() - 1
        if stretch:
            self.box.setStretch(end, 0)
        self.box.insertWidget(end, widget, stretch, side)
        return widget

    def show_soon(self, widget: QWidget) -> None:
        """Bring what was just put here into sight, once it and then the page have been laid out."""

        def look() -> None:
            self.ensureWidgetVisible(widget)

        QTimer.singleShot(0, widget, lambda: QTimer.singleShot(0, widget, look))

    def clear(self) -> None:
        """Take away everything under the heading."""
        while self.box.count() > self._end + 1:
            item = self.box.takeAt(self._end)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.box.setStretch(self.box.count() - 1, 1)

    def set_head(self, title: str, subtitle: str = "", *acts: QPushButton, back: str = "", way_back: str = "") -> None:
        """Fill the heading. The first *act* is nearest to the title.

        *back* names the page to go back to; *way_back* is the whole sentence where that is no page with a name.
        """
        self.head.fill(title, subtitle, acts)
        words = way_back or (_("Back to {page}").format(page=back) if back else "")
        self.way_back.setText(words)
        self.way_back.setVisible(bool(words))

    def go_back(self) -> None:
        """One level up. A page in a window overrides what that is."""

    def _margins(self) -> None:
        side = t.S5 if self.width() >= em(46) else t.S4
        spare = max(0, self.viewport().width() - em(self._wide))
        self.box.setContentsMargins(side, t.S4, max(side, spare), t.S5)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._margins()


class Page(ScrollPage):
    """One screen of the open program. Built when first shown, thrown away at lock.

    ``key``, ``title`` and ``icon`` are the sidebar's. ``show_page(key, **args)`` calls ``open(**args)``.
    """

    key = ""
    title = ""
    icon = "circle"
    sidebar = False
    """Whether it is a place of the sidebar."""
    under = ""
    """The key of the place it belongs to, where it is none itself."""
    needs: Right | None = None
    """The right without which it is no page of whoever is at the desk."""
    writes_her = False
    """Whether it writes the record of the woman it is opened for. Where another site holds that, her page is shown."""
    undo_stack: QUndoStack | None = None
    """What can be taken back on it, where that is more than the last act."""

    of_several = False
    """Whether it tells of several women: whoever sees a part of them is told that under the title."""
    of_one = False
    """Whether it tells what stands in one woman's record: the same, for whoever sees a part of that."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(_(self.title))
        self.shell = window

    def set_head(self, title: str, subtitle: str = "", *acts: QPushButton, back: str = "", way_back: str = "") -> None:
        if self.of_several or self.of_one:
            from ..records import access  # nothing of the records is loaded before the first window

            words = (access.part_words if self.of_several else access.part_of_hers)(self.shell.desk.store.who)
            subtitle = (" " if self.of_several else " · ").join(filter(None, (subtitle, words)))
        super().set_head(title, subtitle, *acts, back=back, way_back=way_back)

    @classmethod
    def stands_alone(cls, _args: Mapping[str, Any]) -> bool:
        """Whether, opened with these arguments, it has the whole screen to itself (``alone.py``)."""
        return False

    def desk_place(self) -> tuple[str, dict[str, Any]]:
        """Key and arguments of the page the worker comes to once this one, that stood alone, is over."""
        raise NotImplementedError

    def soon_over(self, *, soon: bool) -> None:
        """Nobody touched the PC for long: a page that stands alone will be covered *soon*, or not after all."""

    def open(self, **args: Any) -> None:
        """Show what *args* name. Keeps nothing but ids. The default reads anew."""
        self.refresh()

    def refresh(self) -> None:
        """Read again what the page shows."""

    def leave(self) -> None:
        """Left, locked, covered or minimized: keep every typed word now. A ``Problem`` raised keeps it in sight."""

    def put_away(self) -> None:
        """After ``leave``, where she does not come back to it as it stands, as she does from behind the cover.

        What is shown once is forgotten, and nothing is looked for or printed any more.
        """

    def begin(self) -> None:
        """Put the focus where work starts. The default: the first editor or act under the heading, else in it."""
        able = [
            w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(self)
        ]
        able = [widget for widget in able if widget.isEnabled()]
        under = [w for w in able if w is not self.way_back and not self.head.isAncestorOf(w)]
        for widget in (under or able)[:1]:
            widget.setFocus()

    def later(
        self,
        work: Callable[[Job], T],
        done: Callable[[T], object],
        failed: Callable[[BaseException], object] | None = None,
        *,
        waits: QWidget | None = None,
    ) -> Job:
        """Run *work* beside the window. Nothing comes back to a page thrown away meanwhile.

        Without *failed* a ``Problem`` is shown on the page, and anything else is raised. *waits* takes no press until
        it has ended: else whoever presses twice does it twice.
        """
        if waits is not None:
            waits.setEnabled(False)

        def is_there() -> bool:
            if waits is not None and isValid(waits):
                waits.setEnabled(True)
            return isValid(self)

        def finished(result: T) -> None:
            if is_there():
                done(result)

        def broken(error: BaseException) -> None:
            if not is_there():
                return
            if failed is not None:
                failed(error)
            elif isinstance(error, Problem):
                self.problem.show_problem(error)
            elif not isinstance(error, Cancelled):
                raise error

        return self.shell.desk.later(work, finished, broken)

    def toast_room(self) -> QRect | None:
        """Where on the page a word that something was done may stand; the default is its foot, in the middle."""
        return None

    def print_page(self) -> None:
        """Ctrl+P. The default does nothing."""

    def undo(self) -> None:
        """Take back the last act of ``undo_stack``, where the page keeps one."""

    def redo(self) -> None:
        """Do again what was taken back last."""

    def go_back(self) -> None:
        self.shell.back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
            return
        super().keyPressEvent(event)


class Underway(Stack):
    """Work under way, where its page shows it: how far it is, in words and as a bar, and Cancel."""

    def __init__(self, name: str) -> None:
        super().__init__(space=t.S3)
        self.words = Sentence(tone="muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.cancel = Button(_("Cancel"), self._cancel)
        for widget in (self.bar, self.words, Flow(self.cancel)):
            self.add(widget)
        self._job: Job | None = None
        self._show("", -1)

    def watch(self, job: Job) -> None:
        """Show what *job* tells, and let her stop it."""
        self._job = job
        job.progress.connect(self._show)

    def _show(self, words: str, share: float) -> None:
        if self.cancel.isEnabled():
            self.words.setText(words)
        self.bar.setRange(0, 0 if share < 0 else 100)
        self.bar.setValue(int(share * 100))

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.cancel.setEnabled(False)
            self.words.setText(_("Stopping…"))


class Stepper(QWidget):
    """Where she is in a short series: numbered words; done, now, or still to come."""

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__()
        self.steps = list(steps)
        self._flow = Flow(space=t.S5)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._flow)
        self.now = 0
        self.show_step(0)

    def show_step(self, now: int) -> None:
        """Stand at step *now*, counted from 0; ``len(steps)`` when all are done."""
        self.now = now
        self._flow.clear()
        for number, words in enumerate(self.steps):
            done, here = number < now, number == now
            step = QWidget()
            row = QHBoxLayout(step)
            row.setContentsMargins(0, t.S1, 0, t.S1)
            row.setSpacing(t.S2)
            if done:
                row.addWidget(Icon("circle-check", t.OK, size=1.5))
            else:
                figure = QLabel(str(number + 1))
                figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
                figure.setFixedSize(em(1.75), em(1.75))
                colours = (t.ON_PRIMARY, t.PRIMARY, t.PRIMARY) if here else (t.MUTED, "transparent", t.BORDER)
                figure.setStyleSheet(
                    "color: {}; background: {}; border: 1px solid {};".format(*colours)
                    + f" border-radius: {em(1.75) // 2}px; font-weight: 600;"
                )
                row.addWidget(figure)
            label = QLabel(words)
            label.setProperty("role", "strong" if here else "")
            label.setProperty("tone", "ok" if done else "" if here else "muted")
            row.addWidget(label)
            self._flow.add(step)
        place = min(now, len(self.steps) - 1)
        self.setAccessibleName(
            _("Step {number} of {count}: {step}").format(
                number=place + 1, count=len(self.steps), step=self.steps[place]
            )
        )
        announce(self, self.accessibleName())
