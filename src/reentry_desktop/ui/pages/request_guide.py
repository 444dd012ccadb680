"""What the rule says of who asks and what they show, in plain words, with what to say on the phone."""

from __future__ import annotations

from ...actions.what_may_be_given import ANSWERS, AS_OF, ASK, COUNSEL, NO, PHONE, YES, guidance
from ...base.words import _
from .. import tokens as t
from ..days import show_day
from ..layouts import Flow, Stack
from ..widgets import Card, Notice, Pill, Rule, Sentence

LOOKS = {YES: ("circle-check", "ok"), NO: ("x", "warn"), ASK: ("circle-question-mark", "info")}


class GuideCard(Card):
    """Facts of the rule, dated. A person decides."""

    def __init__(self) -> None:
        super().__init__(_("What the rule says"))
        self.rules = Stack(space=t.S3)
        self.add(self.rules)
        self.add(Rule())
        self.add(Sentence(_("On the phone"), role="strong"))
        self.add(Sentence(_(PHONE)))
        self.add(Notice(_(COUNSEL), "info"))
        source = _("42 CFR Part 2, as amended in February 2024. Read against it on {day}.")
        self.add(Sentence(source.format(day=show_day(AS_OF)), tone="muted", role="small"))

    def show_rules(self, asker: str, authority: str) -> None:
        """Show what applies to them."""
        self.rules.clear()
        for rule in guidance(asker, authority):
            icon, tone = LOOKS[rule.answer]
            lines = [Sentence(_(words)) for words in rule.words]
            source = Sentence(_("Where it stands: {where}").format(where=rule.source), tone="muted", role="small")
            self.rules.add(Stack(Flow(Pill(_(ANSWERS[rule.answer]), tone, icon_name=icon)), *lines, source, space=t.S1))
