"""Sit together: her plan on the whole screen, one question at a time, in her language, nothing of anybody else.

By default the worker types and she reads. Every way out ends at the cover; behind it is the worker's own page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ...actions import enrolling, plan_states, plans
from ...base.ids import Id
from ...base.problems import Problem
from ...base.words import LANGUAGES, N_, _
from ...records.access import part_of_hers
from ...records.base import Right
from ...records.plan import HowWritten
from .. import tokens as t
from ..days import show_day
from ..layouts import Stack
from ..page import Page
from ..widgets import Icon, Sentence
from .plan_limits import LimitsView
from .plan_writing import Writing
from .sit_beginning import Begin, Standing, first, where_she_stands
from .sit_frame import SitFrame
from .sit_question import Question
from .sit_reading import Finish, ReadBack
from .sit_sight import SitSight
from .sit_way import Screen, Way

if TYPE_CHECKING:
    from ..window import MainWindow


class SitPage(Page):
    """``show_page("sit", participant=ID, part=KEY)``; without a part it opens where words are missing first."""

    key = "sit"
    title = N_("Sit together")
    needs = Right.PLAN
    icon = "maximize"
    under = "participants"
    writes_her = True

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._wide = 10_000
        above = self.head.parentWidget()
        assert above is not None
        above.hide()
        self.woman = Id("")
        self.her = Standing()
        self.language = "en"
        self.now = Screen("sorry")
        self.how = self._usual = HowWritten.TOGETHER.value
        self.writing: Writing | None = None
        self.way: Way | None = None
        self.frame: SitFrame | None = None
        self.view: QWidget | None = None
        self._args: dict[str, Any] = {}
        self._settling = False
        self._unkept: Problem | None = None
        """Why what stands in the box could not even be kept as a draft."""

    @classmethod
    def stands_alone(cls, _args: Mapping[str, Any]) -> bool:
        return True

    def desk_place(self) -> tuple[str, dict[str, Any]]:
        """The plan at the part she was at; this page itself while something could not be kept."""
        if self._unkept is not None:
            return self.key, self._args
        if not self.woman:
            return "participants", {}
        return "plan", {"participant": self.woman, "part": self.way.part if self.way is not None else ""}

    def soon_over(self, *, soon: bool) -> None:
        if self.frame is not None:
            self.frame.soon.setVisible(soon)

    # Opening

    def open(self, **args: Any) -> None:
        """Begin a sitting: at a part, or where words are missing first, or with what comes before the first word.

        Where words could not be kept, this is the way back to them.
        """
        if self._unkept is not None and args == self._args:
            if self.shell.alone is not None:
                self.shell.alone.speak(self.language)
            self._settle()
            return
        self._args, self._unkept = args, None
        self.woman = Id(args.get("participant") or "")
        self.how = self._usual = HowWritten.TOGETHER.value
        self._read(str(args.get("part") or ""))
        self._build()
        self._go(first(self.her, self.way))

    def _read(self, part: str = "") -> None:
        """Find her plan, and the language to speak."""
        self.writing = self.way = None
        self.her = where_she_stands(self.shell.desk, self.woman, self.shell.settings.language)
        self.language = self.her.language
        if self.her.plan:
            self.writing = Writing(self, self.her.plan)
            self.way = Way(self.writing, part)
            self.language = self.writing.language

    def _build(self) -> None:
        """The frame, in her language."""
        self.language = self.language if self.language in LANGUAGES else "en"
        if self.shell.alone is not None:
            self.shell.alone.speak(self.language)
        if self.frame is not None:
            self.setFocus()
            self.box.removeWidget(self.frame)
            self.frame.hide()
            self.frame.deleteLater()
        desk_language, hers = self.shell.settings.language, self.her.keyboard_hers
        frame = self.frame = SitFrame(self.viewport(), self.language, desk_language, keyboard_hers=hers)
        frame.language_asked.connect(self._speak)
        frame.how_chosen.connect(self._chose_how)
        frame.folded.connect(self._fold_view)
        for button, act in (
            (frame.stop, self.shell.cover),
            (frame.back, self._back),
            (frame.skip, self._skip),
            (frame.next, self._next),
            (frame.limits, self.show_limits),
            (frame.read, self._read_back),
            (frame.serious, self._serious),
        ):
            button.clicked.connect(lambda _on=False, act=act: act())
        self.sight = SitSight(frame, self._around)
        self.add(frame, 1)

    def _fold_view(self, tight: bool) -> None:
        if isinstance(self.view, Question):
            self.view.fold(tight=tight)

    def refresh(self) -> None:
        """Read again. What is being typed is kept, and stays where it is, with the focus."""
        if self.frame is None:
            return
        view, before = self.view, self._spoken()
        if isinstance(view, Question):
            self._try(view.flush)
        if self.writing is not None:
            self.writing.read()
        if isinstance(view, Question) and self.way is not None and self._spoken() == before:
            view.read_again()
            self.frame.read.setVisible(bool(self.way.said()))
        else:
            self._go(self.now)

    def _spoken(self) -> tuple[list[str], str]:
        """The questions there are, and their language."""
        writing = self.writing
        return (list(writing.parts), writing.language) if writing is not None else ([], "")

    # One screen

    def _go(self, screen: Screen) -> None:
        """Show a screen and put the focus where it goes on."""
        self.now, self.view = screen, None
        self.problem.clear()
        shows: dict[str, Callable[[], None]] = {
            "sorry": self._show_sorry,
            "limits": self._show_limits,
            "begin": self._show_begin,
            "kind": self._show_kind,
            "part": self._show_part,
            "read": self._show_read,
            "finish": self._show_finish,
        }
        shows[screen.name]()
        self.begin()

    def _put(self, view: QWidget, prompt: str, section: str = "", *, strip: bool = True) -> SitFrame:
        assert self.frame is not None
        self.view = view
        asked = self.now.name == "part"
        self.frame.put(view, prompt, section, strip=strip)
        self.frame.limits.setVisible(self.now.name not in ("limits", "sorry"))
        self.frame.show_strip(writing=asked, how=asked, read=asked and self.way is not None and bool(self.way.said()))
        return self.frame

    def _show_sorry(self) -> None:
        words = _("This begins once she is enrolled.") if self.woman else _("Open a plan first. Then sit together.")
        self._put(Sentence(words), _("Sit together"), strip=False).show_ways(back=False)

    def _show_limits(self) -> None:
        view = LimitsView(self.language, ask=False, tongues=False)
        told = self.her.told
        said = _("Told on {day}").format(day=show_day(told)) if told else ""
        frame = self._put(view, view.limits.title[self.language], said, strip=False)
        if told is None:
            frame.show_ways(back=False, onward=_("We read this today"), icon_name="check")
        else:
            frame.show_ways(back=False, onward=_("Back to the plan"))

    def _show_begin(self) -> None:
        self._put(Begin(), _("Begin the plan"), strip=False).show_ways(back=False, onward=_("Begin"))

    def _show_kind(self) -> None:
        writing, way = self._at_hand()
        section = writing.section_of(self.now.key)
        words = Stack(Icon("heart-handshake", t.PRIMARY, size=2.25), space=t.S4)
        words.add(Sentence(writing.text(section.intro)))
        frame = self._put(words, writing.text(section.title))
        back = bool(way.beside(self.now.key, -1))
        frame.show_ways(back=back, skip=_("Skip"), onward=_("Go on"))

    def _show_part(self) -> None:
        writing, way = self._at_hand()
        key = way.part = self.now.key
        section, part = writing.section_of(key), writing.parts[key]
        first = section.parts[0].key == key and not writing.is_heavy(key) and not writing.whole.written(key)
        view = Question(writing, part, lambda: self.how, intro=writing.text(section.intro) if first else "")
        view.enter.connect(self._next)
        view.typed.connect(self.sight.typed)
        view.fold(tight=bool(self.frame and self.frame.tight))
        frame = self._put(view, writing.text(part.prompt), way.place_of(key))
        self.how = self._usual
        if part.kind == "answer" and writing.whole.written(key) and self.how != HowWritten.HERSELF:
            self.how = writing.how_written(key)
        frame.say_how(self.how)
        frame.show_strip(writing=True, how=part.kind != "supporter", read=bool(way.said()))
        after = way.beside(key, 1)
        onward = _("Back to reading") if way.read_from else _("Next") if after else _("Read it back")
        frame.show_ways(back=bool(way.beside(key, -1)), skip=_("Skip"), onward=onward)

    def _show_read(self) -> None:
        writing, way = self._at_hand()
        section = next(section for section in way.said() if section.key == self.now.key)
        view = ReadBack(writing, section)
        view.change.connect(self._change)
        frame = self._put(view, writing.text(section.title), _("This is what you said"))
        if way.onward(self.now) == Screen("finish"):
            frame.show_ways(back=True, onward=_("That is right"), icon_name="check")
        else:
            frame.show_ways(back=True, skip=_("Finish reading"), onward=_("Next section"))

    def _show_finish(self) -> None:
        writing, way = self._at_hand()
        just_done = self.now.key == "done"
        in_part = bool(part_of_hers(self.shell.desk.store.who))
        view = Finish(writing, self.shell.settings.language, just_done=just_done, in_part=in_part)
        view.done.connect(self._done)
        view.part.connect(lambda part: self._go(way.question(part)))
        frame = self._put(view, _("That is all for today"))
        frame.show_ways(back=not just_done, onward=_("Finish for today"), icon_name="check")

    def _at_hand(self) -> tuple[Writing, Way]:
        assert self.writing is not None
        assert self.way is not None
        return self.writing, self.way

    # The way through

    def _next(self) -> None:
        screen = self.now
        if screen.name in ("sorry", "finish"):
            self.shell.cover()
        elif screen.name == "limits":
            self._told()
        elif screen.name == "begin":
            self._start()
        elif self.way is not None and self._hers() and self._settle():
            self._go(self.way.onward(screen))

    def _skip(self) -> None:
        """Skip: on, whatever stands in the box; it is kept as it is."""
        if self.way is not None and self._keep():
            self._go(self.way.skip(self.now))

    def _back(self) -> None:
        if self.way is not None and self._keep():
            self._go(self.way.back(self.now))

    def _read_back(self) -> None:
        if self.way is not None and self._hers() and self._settle():
            self._go(self.way.reading())

    def _hers(self) -> bool:
        """Whether no idea stands there unconfirmed; else she is asked whether it is hers before it goes on."""
        self.sight.moved()
        return not isinstance(self.view, Question) or not self.view.ask_about_idea()

    def _change(self, part: str) -> None:
        """Something read back should be otherwise: to its question, and back to reading after it."""
        if self.way is not None:
            self.way.read_from = self.now.key
            self._go(Screen("part", part))

    def _told(self) -> None:
        """She was told what must be passed on; the day and the language are noted once."""
        desk, her = self.shell.desk, self.her
        if her.told is None:
            today = desk.read(lambda unit: unit.today())
            if not self._try(lambda: desk.do(self, enrolling.told_limits, her.episode, today, self.language)):
                return
            self.her = her._replace(told=today)
        self._go(first(self.her, self.way))

    def _start(self) -> None:
        if self._try(lambda: self.shell.desk.do(self, plans.start_plan, self.woman, self.language)):
            self._read()
            self._build()
            self._go(first(self.her, self.way))

    def _done(self, how: str) -> None:
        """She says that it is done for now, and the worker notes how she said so."""
        writing, _way = self._at_hand()
        if self._try(lambda: writing.do(plan_states.done_for_now, writing.plan, how=how)):
            self._go(Screen("finish", "done"))

    # What is at hand on every screen

    def show_limits(self) -> None:
        """What I must pass on; F1 and one button show it from every screen."""
        if self.now.name not in ("limits", "sorry") and self._keep():
            self._go(Screen("limits"))

    def _serious(self) -> None:
        """Something came up that is more urgent than a plan: her words are kept as far as can be, the steps shown."""
        kept, part = self._keep(), self.way.part if self.way is not None else ""
        beside = {"beside": True, "kept": kept, "language": self.language}
        self.shell.show_over("safety", participant=self.woman, part=part, **beside)

    def _speak(self, language: str) -> None:
        """The program's words in the other language; hers stay as she said them."""
        if not self._keep() or not self._try(lambda: self._note_language(language)):
            if self.frame is not None:
                self.frame.tongues[self.language].setChecked(True)
            return
        self.language = language
        self._build()
        self._go(self.now)
        if self.frame is not None:
            chips = [self.frame.tongues[language], *self.frame.tongues.values()]
            next(chip for chip in chips if chip.isVisibleTo(self.frame)).setFocus()

    def _note_language(self, language: str) -> None:
        if self.writing is not None:
            self.writing.do(plans.set_language, self.writing.plan, language)

    def _chose_how(self, how: str) -> None:
        self.how = self._usual = how
        if self.writing is not None:
            self.writing.how = how
        if (view := self.view) and isinstance(view, Question):
            self._try(lambda: view.remark(how))

    def _try(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except Problem as problem:
            self.problem.show_problem(problem)
            return False
        return True

    # Keeping

    def _settle(self) -> bool:
        """The question is left: drafts come first, so that no word is lost; then they become what she said."""
        if not isinstance(self.view, Question) or self._settling:
            return True
        self._settling = True
        try:
            self.view.flush()
            self._unkept = None
            return self.view.settle()
        except Problem as problem:
            self._unkept = problem
            self.problem.show_problem(problem)
            return False
        finally:
            self._settling = False

    def _keep(self) -> bool:
        """The question is left as it is. False where its words are only on the screen: then it stays there."""
        self._settle()
        return self._unkept is None

    def leave(self) -> None:
        self._settle()
        if self._unkept is not None:
            raise self._unkept

    def begin(self) -> None:
        """The box of a question, or the way on."""
        if self.frame is not None:
            self.sight.fresh()
        if isinstance(self.view, Question):
            self.view.begin()
        elif self.frame is not None:
            (self.frame.next if self.frame.next.isVisibleTo(self) else self.frame.stop).setFocus()

    def _around(self, inside: QWidget) -> tuple[QWidget, QWidget]:
        return self.view.belonging(inside) if isinstance(self.view, Question) else (inside, inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 shows what must be passed on; Enter presses the button it is on, or goes on."""
        focus = QApplication.focusWidget()
        if event.key() == Qt.Key.Key_F1:
            self.show_limits()
        elif event.key() in (Qt.Key.Key_Meta, Qt.Key.Key_Super_L, Qt.Key.Key_Super_R):
            self.shell.cover()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self._next()
        else:
            super().keyPressEvent(event)
