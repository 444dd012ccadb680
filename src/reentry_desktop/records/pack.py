"""A template pack: the program's words around a plan. Prompts, helps, ideas and order are data; hers are not."""

from __future__ import annotations

import msgspec

from ..base.paths import resource
from ..base.problems import Problem
from ..base.words import _

Text = dict[str, str]  # language -> words


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. ``kind`` is "answer" (one text) or the kind of its entries, fixed in ``records.plan.ItemKind``."""

    key: str
    kind: str
    title: Text
    prompt: Text
    help: Text = {}
    ideas: dict[str, tuple[str, ...]] = {}
    required: bool = False


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the plan: its words, and its questions in order."""

    key: str
    title: Text
    intro: Text
    parts: tuple[Part, ...]


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole pack: name, version, languages, plan title and sections in order."""

    name: str
    version: int
    languages: tuple[str, ...]
    title: Text
    notice: Text
    sections: tuple[Section, ...]

    @property
    def id(self) -> str:
        """What a plan remembers: ``wellness/1``."""
        return f"{self.name}/{self.version}"

    def parts(self) -> dict[str, Part]:
        """Every part by its key, in order."""
        return {part.key: part for section in self.sections for part in section.parts}


_read: dict[str, Pack] = {}


def load_pack(name: str = "wellness") -> Pack:
    """The bundled pack *name*. Raises ``Problem`` where the file is missing or malformed."""
    if name not in _read:
        try:
            _read[name] = msgspec.json.decode(resource("templates", f"{name}.json").read_bytes(), type=Pack)
        except (OSError, msgspec.DecodeError) as error:
            raise Problem(
                _("The program's template pack cannot be read. Her words are safe. Install the program again.")
            ) from error
    return _read[name]
