"""What the program keeps: one file per tight family of record types."""

from .assignment import Assignment, BreakGlass
from .attachment import Attachment
from .base import Choice, Field, Record, Share, fields, kinds
from .consent import Consent
from .disclosure import Disclosure, Withheld
from .media import Carriage, Stick
from .paper import CopyGiven
from .participant import Enrolment, NeedTag, Participant
from .people import Person, Program, Site
from .plan import OtherWording, Plan, PlanAnswer, PlanEvent, PlanSignature, PlanVersion, Supporter
from .plan_item import PlanItem, ToolUse
from .recall import Recall, RecallAnswer
from .recovery import Goal, GoalStep
from .request import InformationRequest
from .retention import Erasure, ErasureAnswer, LegalHold, RetentionRule
from .safety import SafetyReport
from .same_woman import SameWoman
from .template import TemplatePack
from .transfer import Transfer
from .trust import Revocation, SiteClosure

__all__ = [
    "Assignment",
    "Attachment",
    "BreakGlass",
    "Carriage",
    "Choice",
    "Consent",
    "CopyGiven",
    "Disclosure",
    "Enrolment",
    "Erasure",
    "ErasureAnswer",
    "Field",
    "Goal",
    "GoalStep",
    "InformationRequest",
    "LegalHold",
    "NeedTag",
    "OtherWording",
    "Participant",
    "Person",
    "Plan",
    "PlanAnswer",
    "PlanEvent",
    "PlanItem",
    "PlanSignature",
    "PlanVersion",
    "Program",
    "Recall",
    "RecallAnswer",
    "Record",
    "RetentionRule",
    "Revocation",
    "SafetyReport",
    "SameWoman",
    "Share",
    "Site",
    "SiteClosure",
    "Stick",
    "Supporter",
    "TemplatePack",
    "ToolUse",
    "Transfer",
    "Withheld",
    "fields",
    "kinds",
]
