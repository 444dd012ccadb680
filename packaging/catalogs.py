"""Translators' files: ``update`` them from the sources, ``check`` that nothing is left to do, ``compile`` them.

A catalog is ``src/reentry_desktop/locale/LANGUAGE/LC_MESSAGES/reentry_desktop.po``; English is the source.
The ``.mo`` beside it is what the program reads; it is made by ``dev.py`` and not committed.
"""

from __future__ import annotations

import io
import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).resolve().parent.parent / "src" / "reentry_desktop"
LANGUAGES = ("es",)
DOMAIN = "reentry_desktop"

Sentence = str | tuple[str, ...] | list[str] | None


def catalog_file(language: str) -> Path:
    """Where the catalog of *language* lies."""
    return SOURCES / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def extracted() -> Catalog:
    """Every sentence that the sources mark for translation."""
    found = Catalog(project="Re-entry Desktop", version="", domain=DOMAIN, charset="utf-8")
    for name, _line, sentence, comments, context in extract_from_dir(SOURCES, comment_tags=("Translators:",)):
        found.add(sentence, None, [(Path(name).as_posix(), 0)], auto_comments=comments, context=context)
    return found


def read(language: str) -> Catalog:
    """The committed catalog; an empty one where there is none yet."""
    path = catalog_file(language)
    if not path.exists():
        return Catalog(
            locale=language,
            domain=DOMAIN,
            header_comment="# Re-entry Desktop in another language. `python3 dev.py words` keeps this file up to date.",
            project="Re-entry Desktop",
            version="1",
            last_translator="The Re-entry Desktop team",
            language_team=language,
            msgid_bugs_address="the issue tracker",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def texts(value: Sentence) -> tuple[str, ...]:
    """Singular and plurals alike as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def blanks(text: str) -> set[str]:
    """The names in braces that are filled in when the sentence is shown."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(message: Message) -> list[str]:
    """What is wrong with one translation, in words."""
    done = texts(message.string)
    if message.fuzzy:
        return ["fuzzy"]
    if not done or not all(text.strip() for text in done):
        return ["not translated"]
    try:
        allowed = set().union(*(blanks(text) for text in texts(message.id)))
        wanted = set.intersection(*(blanks(text) for text in texts(message.id)))
        found = [blanks(text) for text in done]
    except ValueError as error:
        return [f"braces: {error}"]
    wrong = [] if all(wanted <= names <= allowed for names in found) else [f"blanks differ: {sorted(allowed)}"]
    return wrong + [str(error) for error in message.check() if isinstance(error, TranslationError)]


def check() -> list[str]:
    """Everything that keeps a catalog from being complete; empty when all is well."""
    sources = {(m.context, texts(m.id)): m for m in extracted() if m.id}
    problems = [] if sources else ["no sentence was found in the sources"]
    for language in LANGUAGES:
        catalog = read(language)
        here = {(m.context, texts(m.id)): m for m in catalog if m.id}
        problems += [f"{language}: missing: {key[1][0]!r}" for key in sources if key not in here]
        problems += [f"{language}: no longer in the sources: {key[1][0]!r}" for key in here if key not in sources]
        problems += [f"{language}: {fault}: {key[1][0]!r}" for key, m in here.items() for fault in faults(m)]
        write_mo(io.BytesIO(), catalog)
        print(f"   {language}: {len(here)} sentences")
    return problems


def update() -> None:
    """Add what is new, drop what is gone, keep the translations."""
    template = extracted()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        path = catalog_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
        open_ones = [m for m in catalog if m.id and "not translated" in faults(m)]
        print(f"{path.relative_to(SOURCES.parent.parent)}: {len(open_ones)} to translate")


def compile_all() -> None:
    """Write the ``.mo`` files beside the catalogs."""
    for language in LANGUAGES:
        if catalog_file(language).exists():
            with catalog_file(language).with_suffix(".mo").open("wb") as file:
                write_mo(file, read(language))


def main(arguments: list[str]) -> int:
    """Exit code 0 when done, 1 when the check found something, 2 for wrong usage."""
    match arguments:
        case ["check"]:
            problems = check()
            print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
            return 1 if problems else 0
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case _:
            print("catalogs.py check | update | compile", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
