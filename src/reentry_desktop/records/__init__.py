"""What the program keeps: one file per tight family of record types."""

from .base import Choice, Field, Record, Share, fields, kinds
from .participant import Enrolment, NeedTag, Participant
from .people import Person, Program, Site
from .plan import Plan, PlanAnswer, PlanItem, Supporter, ToolUse

__all__ = [
    "Choice",
    "Enrolment",
    "Field",
    "NeedTag",
    "Participant",
    "Person",
    "Plan",
    "PlanAnswer",
    "PlanItem",
    "Program",
    "Record",
    "Share",
    "Site",
    "Supporter",
    "ToolUse",
    "fields",
    "kinds",
]
