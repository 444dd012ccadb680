"""Consents that were signed, for tests that need one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reentry_desktop.actions import consents
from reentry_desktop.base.ids import Id
from reentry_desktop.records.consent import Form
from reentry_desktop.store import Unit

from .stores import DAY

SIGNED = "10,200 60,80 110,210 160,90 210,205;300,150 520,140"
"""A signature as a hand draws one."""
WHOLE: dict[str, Any] = {
    "to_whom": "provider", "recipient": "Magnolia Clinic", "place": "12 Elm St, 601-555-0142", "kinds": "plan goals",
    "what": "All that is in my plan, but not why I was sent here.", "purpose": "So that they can help me on day one.",
    "expires_on": DAY + dt.timedelta(days=180),
}  # fmt: skip
"""What a whole paper says."""


def drafted(unit: Unit, woman: Id, **more: Any) -> Id:
    """A paper with every element, not signed."""
    return consents.draft_consent(unit, woman, **WHOLE | more)


def consented(unit: Unit, woman: Id, **more: Any) -> Id:
    """The same, signed on paper."""
    made = drafted(unit, woman, **more)
    consents.sign_consent(unit, made, paper_kept="Binder 3", seen_by="J. Reyes", read_to_her=True)
    return made


def for_an_official(unit: Unit, woman: Id, to_whom: str = "court", **more: Any) -> Id:
    """A signed paper for a court, a parole board or a warden."""
    form = Form.ORDINARY if to_whom == "warden" else Form.LEGAL
    return consented(unit, woman, form=form, to_whom=to_whom, recipient="Hinds County Court", **more)
