"""A template pack: the program's words around a plan. Prompts, helps, ideas and order are data; hers are not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping

import msgspec

from ..base.paths import resource
from ..base.problems import Problem
from ..base.words import LANGUAGES, _

Text = dict[str, str]  # language -> words
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")  # with its version it is a plan's ``pack``, 40 characters at most
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")  # a part's key is kept with her words, and listed with blanks between


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. ``kind`` is "answer" (one text), "supporter", or a kind of ``plan_item.ITEM_COLUMNS``.

    ``begins_with`` names another answer, whose words may be taken over here to begin with.
    """

    key: str
    kind: str
    title: Text
    prompt: Text
    help: Text = {}
    ideas: dict[str, tuple[str, ...]] = {}
    required: bool = False
    begins_with: str = ""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the plan: its words, and its questions in order."""

    key: str
    title: Text
    intro: Text
    parts: tuple[Part, ...]


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole pack: name, version, languages, plan title, the plan's sections and the re-entry pages, in order."""

    name: str
    version: int
    languages: tuple[str, ...]
    title: Text
    notice: Text
    sections: tuple[Section, ...]
    pages: tuple[Section, ...] = ()
    """The re-entry pages: apart from the plan proper, and never mixed into it."""

    @property
    def id(self) -> str:
        """What a plan remembers: ``wellness/1``."""
        return f"{self.name}/{self.version}"

    @property
    def everything(self) -> tuple[Section, ...]:
        """The plan's sections, then the re-entry pages."""
        return self.sections + self.pages

    def only(self, keys: Collection[str]) -> Pack:
        """The same pack with these parts alone; a section without any is left out."""
        sections, pages = (
            tuple(
                msgspec.structs.replace(one, parts=left)
                for one in group
                if (left := tuple(part for part in one.parts if part.key in keys))
            )
            for group in (self.sections, self.pages)
        )
        return msgspec.structs.replace(self, sections=sections, pages=pages)

    def parts(self) -> dict[str, Part]:
        """Every part by its key, in order."""
        return {part.key: part for section in self.everything for part in section.parts}


BUNDLED = {"wellness": "502b7b3239ebdf21bc3069092ff17d275efa3969689fe5c8ddcf3461eed5f19c"}
"""SHA-256 of each bundled pack. Packs of sites are signed with a site's key; these with the program that holds this."""
_read: dict[str, Pack] = {}


def load_pack(name: str = "wellness") -> Pack:
    """The bundled pack *name*. Raises ``Problem`` where it is not the file this program came with."""
    if name not in _read:
        try:
            data = resource("templates", f"{name}.json").read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != BUNDLED.get(name):
            raise Problem(
                _(
                    "The program's template pack is missing or was changed, so it asks nobody anything. "
                    "Her words are safe. Install the program again."
                )
            )
        _read[name] = msgspec.json.decode(data, type=Pack)
    return _read[name]


def read_pack(text: bytes, known_kinds: Collection[str], languages: Collection[str]) -> Pack:
    """A pack from a file, whole and in every language. Raises ``Problem`` that says what is wrong with it."""
    try:
        pack = msgspec.json.decode(text, type=Pack)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refused("pack-malformed", _("This template pack cannot be read: {why}.").format(why=error)) from error
    parts = [part for section in pack.everything for part in section.parts]
    if not _NAME.fullmatch(pack.name) or not 1 <= pack.version <= 9999:
        raise _refused("pack-malformed", _("This template pack has no name and version that can be used."))
    if not pack.sections or not all(section.parts for section in pack.everything):
        raise _refused("pack-malformed", _("This template pack has no sections, or an empty one."))
    keys = [section.key for section in pack.everything], [part.key for part in parts]
    if any(len(set(some)) < len(some) or not all(map(_KEY.fullmatch, some)) for some in keys):
        raise _refused("pack-malformed", _("This template pack names a part twice, or in a way that cannot be used."))
    if odd := sorted({part.kind for part in parts} - {"answer", "supporter", *known_kinds}):
        raise _refused(
            "pack-kind", _("This template pack asks for kinds that this program does not have: {kinds}.").format(
                kinds=", ".join(odd))
        )  # fmt: skip
    answers = {part.key for part in parts if part.kind == "answer"}
    if any(part.begins_with and not answers.issuperset((part.key, part.begins_with)) for part in parts):
        raise _refused("pack-malformed", _("This template pack begins a part with words there are not."))
    texts: list[Mapping[str, object]] = [pack.title, pack.notice]
    texts += [text for section in pack.everything for text in (section.title, section.intro)]
    texts += [text for part in parts for text in (part.title, part.prompt)]
    more = [text for part in parts for text in (part.help, part.ideas) if text]
    for language in languages:
        if language not in pack.languages or not all(text.get(language) for text in texts + more):
            raise _refused(
                "pack-language",
                _("This template pack lacks words in {language}.").format(language=LANGUAGES.get(language, language)),
            )
    return pack


def _refused(code: str, why: str) -> Problem:
    return Problem(
        _("{why} It was not taken in; the packs and plans here are as they were.").format(why=why), code=code
    )
