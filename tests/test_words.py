"""The words on screens and paper: every translation is whole, plain and printable, and says what its English says."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Message

from reentry_desktop.records import fields, kinds
from reentry_desktop.records.acts import ACTS
from reentry_desktop.records.base import Right, Sensitivity
from reentry_desktop.reports.faces import unprintable

from . import readability

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "reentry_desktop"
GRADE = 6.0
WORDS_TO_MEASURE = 40  # fewer say nothing about how hard a screen reads

# Said to nobody, in any language: of a participant, of a file that was put apart, or in another English than ours.
BANNED = {
    "en": r"clients?|inmates?|offenders?|prisoners?|convicts?|quarantined?|programmes?|sync conflicts?|felons?",
    "es": r"clientas?|clientes?|pres[ao]s?|intern[ao]s?|recluid[ao]s?|reclus[ao]s?|reos?|delincuentes?|convict[ao]s?"
    r"|cuarentena|conflictos? de sincronización",
}
# English words that are no Spanish words: one of them and a sentence was left half done.
ENGLISH = (
    r"the|and|of|to|is|was|are|were|with|her|she|this|that|not|your|you|from|for|it|its|nothing|changed|here|file"
    r"|stick|bundle|card|print|page|woman|women|record|records|store|backup|passphrase|list|read|write|done|day|days"
)
LEFT_ENGLISH = ("reentry-desktop backup", "“Document”", "“licenses”", "“print”")  # names of things
# Names, signs and what the two languages write alike.
ALIKE = {
    "No",
    "PDF",
    "{n} KB",
    "{n} MB",
    "no",
    "{question}: no",
    "Plan",
    "SHA-256",
    "{file}  SHA-256 {sum}",
    "{n} bytes",
    "{place} (Ctrl+{number})",
}
# Staff are spoken to with "usted", and this is the Spanish of the Americas.
NOT_OURS = (
    r"tú|tu|tus|ti|contigo|vosotros|vuestr[ao]s?|ordenador(es)?|fichero|móvil|pulsa|clic[ak]"
    r"|unidad USB|pendrive|frases? de acceso|PC"
)
# What one word of ours is called, always.
TERMS = {
    r"\bpassphrases?\b": r"frases? de paso|\b(?:la|una) (?:que|nueva|suya|de antes)",
    r"\brecovery kit\b": r"juego de recuperación",
    r"\bbundles?\b": r"paquetes?",
    r"\bdone for now\b": r"terminad[ao]s? por ahora",
    r"\bset aside\b": r"apart",
    r"\bsupporters?\b": r"apoyo",
    r"\bparticipants?\b": r"participantes?",
    r"\bwellness plans?\b": r"plan(?:es)? de bienestar",
    r"\bpass(?:ed)? on\b": r"reportar|entrega|compartir",
    r"\bUSB\b": r"memorias? USB",
    r"\btentative release\b": r"salida tentativa",
    r"\bparole hearing\b": r"audiencia (?:de libertad condicional|o salida)",
    r"\breturn to custody\b": r"regreso a custodia",
    r"\bstores?\b": r"almac|\baquí\b|esta carpeta|la copia|\buno\b",
    r"\brecords? of use\b": r"registro de uso",
}


def module(path: Path) -> ModuleType:
    """A script that lies in no package."""
    spec = importlib.util.spec_from_file_location(f"the_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


catalogs = module(ROOT / "packaging" / "catalogs.py")


@cache
def extracted() -> list[Message]:
    """What the sources say."""
    return [message for message in catalogs.extracted() if message.id]


@cache
def translated(language: str) -> list[Message]:
    """The catalog of *language*."""
    return [message for message in catalogs.read(language) if message.id]


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """(English, translation) of each sentence; of a plural, both forms of both."""
    for message in translated(language):
        one, many = catalogs.texts(message.id)[0], catalogs.texts(message.id)[-1]
        done = catalogs.texts(message.string)
        yield one, done[0]
        yield from ((many, text) for text in done[1:])


def resource_words(language: str) -> Iterator[str]:
    """What the files of the program say in *language*: packs, codes, and what must be passed on."""

    def walk(value: Any) -> Iterator[str]:
        match value:
            case {"en": _, "es": _}:
                said = value[language]
                yield from [said] if isinstance(said, str) else said
            case dict():
                for inner in value.values():
                    yield from walk(inner)
            case list():
                for inner in value:
                    yield from walk(inner)

    for folder in ("codes", "limits", "templates"):
        for path in sorted((ROOT / "resources" / folder).glob("*.json")):
            yield from walk(json.loads(path.read_text("utf-8")))


def sentences(language: str) -> list[str]:
    """Everything the program says in *language*."""
    if language == "en":
        own = [text for message in extracted() for text in catalogs.texts(message.id)]
    else:
        own = [done for _, done in pairs(language)]
    return [*own, *resource_words(language)]


def found(pattern: str, texts: list[str]) -> list[str]:
    """Those of *texts* with one of the words of *pattern* in them."""
    return [text for text in texts if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)]


def test_there_is_something_to_test() -> None:
    assert len(extracted()) > 1000
    for language in catalogs.LANGUAGES:
        assert len(list(pairs(language))) > 1000
        assert len(list(resource_words(language))) == len(list(resource_words("en"))) > 200


def test_no_sentence_is_said_that_translators_never_see() -> None:
    """A sentence inside an f-string, or said in her language without a mark, would stay English on her paper."""
    seen = {text for message in extracted() for text in catalogs.texts(message.id)}
    missed = []
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            plain = isinstance(node.func, ast.Name)
            words = node.args[0].value
            if (name in ("_", "N_", "ngettext", "gettext") or (plain and name == "say")) and isinstance(words, str):
                missed += [f"{path.name}: {words}"] if words and words not in seen else []
    assert missed == []


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_every_translation_is_whole(language: str) -> None:
    """Nothing open or fuzzy, and the same blanks to fill in."""
    wrong = [(message.id, fault) for message in translated(language) for fault in catalogs.faults(message)]
    assert wrong == []


@pytest.mark.parametrize(
    ("done", "fault"),
    [("", "not translated"), ("Hola {nombre}", "blanks differ"), ("Hola", "blanks differ"), ("Hola {name", "braces")],
)
def test_a_translation_that_is_not_whole_is_seen(done: str, fault: str) -> None:
    assert catalogs.faults(Message("Hello {name}", done))[0].startswith(fault)
    assert catalogs.faults(Message("Hello {name}", "Hola {name}")) == []


def shape(text: str) -> tuple[object, ...]:
    """What a translation keeps: how it ends and begins, its mnemonic, its lines, its code signs."""
    end = re.search(r"(?:[.:?!…]?)[\s”)]*$", text)
    assert end is not None
    return (
        end[0],
        text[:1].isspace(),
        len(re.findall("&[^ &]", text)),
        text.count("\n"),
        Counter(re.findall(r"\*\.\w+|--[\w-]+|\.part\b|Ctrl\+\w+|\bF\d+\b", text)),
    )


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_translation_has_the_shape_of_its_sentence(language: str) -> None:
    assert [(text, done) for text, done in pairs(language) if shape(text) != shape(done)] == []
    assert shape("&Open:  ") != shape("Abrir:  ")
    assert shape("Open…") != shape("Abrir")


def test_no_letter_for_the_keyboard_is_used_twice_in_a_menu() -> None:
    """Read from the source of the menus: each ``add(menu, _("words"), …)`` and the bar itself."""
    menus: dict[str, list[str]] = defaultdict(list)
    for node in ast.walk(ast.parse((SOURCES / "ui" / "menus.py").read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        marked = [a for a in node.args if isinstance(a, ast.Call) and getattr(a.func, "id", "") == "_"]
        if name in ("add", "addMenu") and marked and isinstance(words := marked[0].args[0], ast.Constant):
            menu = node.args[0].id if name == "add" and isinstance(node.args[0], ast.Name) else "the bar"
            menus[menu].append(str(words.value))
    assert len(menus) >= 4
    assert sum(map(len, menus.values())) >= 12
    for language in ("en", *catalogs.LANGUAGES):
        said = dict(pairs(language)) if language != "en" else {}
        for menu, entries in menus.items():
            letters = [said.get(words, words).partition("&")[2][:1].lower() for words in entries]
            assert all(letters), (language, menu, entries)
            assert len(letters) == len(set(letters)), (language, menu, letters)


def named(text: str) -> str:
    """*text* without what stands in it as a name: blanks, files, options, licenses and keys."""
    for name in LEFT_ENGLISH:
        text = text.replace(name, "")
    return re.sub(r"\{\w*\}|--[\w-]+|\*\.\w+|\bGNU [\w ]*License\b|\bSIL [\w ]*License\b", "", text)


def test_spanish_has_no_english_left() -> None:
    texts = [named(done) for _, done in pairs("es")] + list(resource_words("es"))
    assert found(ENGLISH, texts) == []
    alike = {done for text, done in pairs("es") if text == done and re.search(r"[^\W\d_]{2}", named(done))}
    assert alike <= ALIKE
    assert found(ENGLISH, ["Abra the archivo"])
    assert not found(ENGLISH, [named("En la carpeta “licenses”.")])


def test_spanish_opens_what_it_closes() -> None:
    for text in sentences("es"):
        for opening, closing in ("¿?", "¡!", "“”", "()"):
            assert text.count(opening) == text.count(closing), text


def test_spanish_speaks_to_staff_as_usted_and_calls_one_thing_by_one_name() -> None:
    assert found(NOT_OURS, [named(done) for _, done in pairs("es")]) == []
    assert found(NOT_OURS, ["Escribe tu frase"])
    wrong = [
        (text, done)
        for text, done in pairs("es")
        for ours, theirs in TERMS.items()
        if re.search(ours, text, re.IGNORECASE) and not re.search(theirs, done, re.IGNORECASE)
    ]
    assert wrong == []
    used = {ours for ours in TERMS for text, _ in pairs("es") if re.search(ours, text, re.IGNORECASE)}
    assert used == TERMS.keys()


@pytest.mark.parametrize("language", ["en", *catalogs.LANGUAGES])
def test_no_banned_word_is_said(language: str) -> None:
    assert found(BANNED[language], sentences(language)) == []
    example = {"en": "The Inmates of this programme", "es": "Las internas de aquí"}
    assert found(BANNED[language], [example[language]])


@pytest.mark.parametrize("language", ["en", *catalogs.LANGUAGES])
def test_every_letter_is_in_the_bundled_faces(language: str) -> None:
    assert unprintable(sentences(language)) == []
    assert unprintable(["\u2713 \U0001f600"]) == ["\u2713", "\U0001f600"]


@pytest.mark.parametrize("language", ["en", *catalogs.LANGUAGES])
def test_every_screen_reads_at_grade_six(language: str) -> None:
    """Each source file is about one screen or one kind of answer; its sentences are measured together."""
    said = {m.id: catalogs.texts(m.string) for m in translated(language)} if language != "en" else {}
    screens: dict[str, list[str]] = defaultdict(list)
    for message in extracted():
        for file, _line in message.locations:
            screens[file] += said.get(message.id, catalogs.texts(message.id))
    hard = {}
    for file, pieces in screens.items():
        words = [re.sub(r"\{\w*\}", "", piece) for piece in pieces]
        if sum(len(piece.split()) for piece in words) >= WORDS_TO_MEASURE:
            hard[file] = round(readability.grade(language, words), 1)
    assert len(hard) > 30
    assert {file: grade for file, grade in hard.items() if grade > GRADE} == {}


def test_records_and_acts_have_their_words() -> None:
    """What forms, lists and the history show by a record's own fields is marked where it is declared."""
    known = {text for message in extracted() for text in catalogs.texts(message.id)}
    shown = {kind: {cls.title} for kind, cls in kinds().items()}
    for kind, cls in kinds().items():
        for spec in fields(cls).values():
            shown[kind] |= {spec.label, spec.help} - {""}
            shown[kind] |= {choice.label for choice in spec.choices or ()}
    assert len(shown) > 10
    assert {kind: words - known for kind, words in shown.items() if words - known} == {}
    assert {act.words for act in ACTS.values()} <= known
    assert {right.label for right in Right} | {one.label for one in Sensitivity} <= known
