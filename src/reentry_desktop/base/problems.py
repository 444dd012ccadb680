"""What may be told to a person when something does not work."""

from __future__ import annotations


class Problem(Exception):
    """One clear sentence: what happened, whether her words are safe, what to do.

    Whatever is a ``Problem`` may be shown. Anything else is a bug: it goes to the crash page
    and to a report without personal data.
    """

    noted = False
    """Whether the record of use tells already that this was asked for and refused."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


class Refused(Problem):
    """The rules do not allow what was asked. ``fields`` names each field's reason, shown beside it."""

    def __init__(self, fields: dict[str, str], sentence: str = "") -> None:
        super().__init__(sentence or " ".join(dict.fromkeys(fields.values())), code="refused")
        self.fields = fields


class StoreDamaged(Problem):
    """The records of a store, or what opens them, are not as they were written. ``repair`` saves what can be saved."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="damaged")


class NotFound(Problem):
    """What was named does not exist here."""
