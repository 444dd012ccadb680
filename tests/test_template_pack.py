"""The words around a plan: every key in its place, both languages whole, easy to read, and nothing asked that hurts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reentry_desktop.actions.limits import limits
from reentry_desktop.base.paths import resource
from reentry_desktop.base.problems import Problem
from reentry_desktop.base.words import in_language
from reentry_desktop.records.base import Record, fields
from reentry_desktop.records.pack import Pack, Part, Section, load_pack, read_pack
from reentry_desktop.records.plan import Supporter
from reentry_desktop.records.plan_item import ITEM_COLUMNS, PlanItem

from .readability import english_syllables, grade, spanish_syllables

LANGUAGES = ("en", "es")
HIGHEST_GRADE = 6
LONGEST_IDEA = 60

PARTS = {
    "toolbox": "tools:tool",
    "daily": "well:answer every_day:habit sometimes:habit",
    "stressors": "stressors:stressor stressor_steps:step",
    "early_signs": "early_signs:sign early_steps:step early_tell:contact",
    "breaking_down": "down_signs:sign down_steps:step down_call:contact down_limit:answer",
    "crisis": "crisis_well:answer crisis_signs:sign crisis_supporters:supporter crisis_not_involved:contact"
    " crisis_disagree:answer crisis_doctors:contact crisis_insurance:answer crisis_allergies:answer"
    " crisis_medication:standing crisis_treatments:standing crisis_home:answer crisis_places:standing"
    " crisis_helps:line crisis_not_help:line crisis_tasks:task crisis_danger:answer crisis_over:line"
    " crisis_over_who:contact",
    "post_crisis": "post_ready:answer post_feel:answer post_supporters:contact post_arrival:arrival post_daily:habit"
    " post_avoid:line post_signs:sign post_steps:step post_amends:line post_matters:line post_limit_harm:line"
    " post_duties:duty post_learned:answer post_changes:line post_over:line",
}
PAGES = {
    "first_72": "h72_meet:contact h72_ride:option h72_bed:option h72_plan_b:option h72_clothes:answer"
    " h72_food:answer h72_phone:answer h72_cash:answer h72_medicine:answer h72_report:visit h72_clinic:visit"
    " h72_call:contact h72_safe:contact h72_overdose:answer",
    "papers": "papers:paper",
    "people_places": "people_places:influence",
    "children": "children:child children_steps:step",
    "supervision": "conditions:condition court_dates:visit fees:sum",
    "housing": "housing:option housing_steps:step",
    "work": "work:option work_steps:step",
    "money": "money_in:sum money_out:sum money_steps:step",
    "health": "health_doctors:contact health_medicine:standing health_visits:visit",
    "transport": "transport:option",
}
REQUIRED = {
    "tools",
    "well",
    "every_day",
    "stressors",
    "early_signs",
    "down_signs",
    "crisis_signs",
    "crisis_supporters",
}
# People, health facts and her own dates are hers alone to name: a tapped idea could put a wrong one on paper.
NO_IDEAS = {
    "crisis_insurance",
    "crisis_allergies",
    "crisis_medication",
    "crisis_places",
    "h72_report",
    "h72_clinic",
    "health_medicine",
}
PEOPLE = ("contact", "supporter", "child")
MAY_SKIP = {"en": "If something here is hard, skip it.", "es": "Si algo aquí se te hace difícil, omítelo."}

BANNED = {
    "en": re.compile(
        r"\bwhy (did|do|does|are|were|was)\b|what (has )?happened|\bother women\b"
        r"|\bofficers?\b|\bguards?\b|diagnos|disorder"
        r"|\b(clients?|inmates?|offenders?|felons?|convicts?|addicts?|criminals?|victims?|clean and sober)\b"
        r"|\b(crimes?|charges|sentence|completed?|programme|wrap|triggers?|toolbox|candles?|bath|bubble|herself|her|she)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"por qué|qué (te |le |les )?(pasó|ha pasado|ocurrió|sucedió|hiciste)|\botras mujeres\b"
        r"|\boficial(es)?\b|\bguardias?\b|diagn[oó]s"
        r"|trastorno|\b(clientes?|reclusas?|internas?|presas?|delincuentes?|adictas?|víctimas?|drogadictas?)\b"
        r"|\b(delitos?|condena|completo|completar|wrap|velas?|tina|usted(es)?|su plan|vosotras|vuestr[oa]s?)\b",
        re.IGNORECASE,
    ),
}


def words_of(section: Section, language: str, titles: bool = True) -> list[str]:
    """What one section's screen shows: intro, prompts and helps, with or without the titles."""
    shown = [section.intro[language]] + ([section.title[language]] if titles else [])
    for part in section.parts:
        shown += [part.prompt[language], part.help[language]] + ([part.title[language]] if titles else [])
    return shown


def all_words(pack: Pack, language: str) -> Iterator[str]:
    """Every text of the pack but the notice."""
    yield pack.title[language]
    for section in pack.everything:
        yield from words_of(section, language)
        for part in section.parts:
            yield from part.ideas.get(language, ())


def read(*parts: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(resource(*parts).read_text(encoding="utf-8"))
    return found


def texts(value: Any, language: str) -> Iterator[str]:
    """Every text of *language* in a JSON value whose texts are ``{language: words}``."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            yield from [value[language]] if isinstance(value[language], str) else value[language]
        else:
            for inner in value.values():
                yield from texts(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, language)


def foreign_letters(words: str) -> set[str]:
    """Letters outside printable Latin-1, curly quotes and dashes (what the bundled font is sure to have);
    straight quotes count as foreign, so that every screen and print has one kind."""
    return {c for c in words if not (" " <= c <= "~" or "\u00a1" <= c <= "\u00ff" or c in "‘’“”–—…") or c in "'\""}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("wellness")


def test_pack_has_name_version_and_both_titles(pack: Pack) -> None:
    assert (pack.id, pack.languages) == ("wellness/1", LANGUAGES)
    assert pack.title == {"en": "Wellness plan", "es": "Plan de bienestar"}


def test_missing_pack_is_a_problem() -> None:
    with pytest.raises(Problem):
        load_pack("no-such-pack")


def test_a_bundled_pack_that_was_changed_asks_nobody_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "wellness.json"
    data = resource("templates", "wellness.json").read_bytes()
    monkeypatch.setattr("reentry_desktop.records.pack._read", {})
    monkeypatch.setattr("reentry_desktop.records.pack.resource", lambda *_parts: file)
    for changed in (data.replace(b"calm", b"harm", 1), data[:-1], b""):
        file.write_bytes(changed)
        with pytest.raises(Problem, match="was changed"):
            load_pack()
    file.unlink()
    with pytest.raises(Problem, match="missing"):
        load_pack()
    file.write_bytes(data)
    assert load_pack().id == "wellness/1"


def test_sections_and_parts_stand_as_agreed(pack: Pack) -> None:
    for sections, agreed in ((pack.sections, PARTS), (pack.pages, PAGES)):
        found = {s.key: " ".join(f"{p.key}:{p.kind}" for p in s.parts) for s in sections}
        assert list(found.items()) == list(agreed.items())
    assert len(pack.parts()) == sum(len(s.parts) for s in pack.everything)  # no key twice


def test_pack_is_taken_by_the_same_reader_as_a_site_s_own() -> None:
    data = resource("templates", "wellness.json").read_bytes()
    assert read_pack(data, ITEM_COLUMNS, LANGUAGES) == load_pack("wellness")


def test_every_kind_of_entry_has_its_place(pack: Pack) -> None:
    assert {part.kind for part in pack.parts().values()} == {*ITEM_COLUMNS, "answer", "supporter"}


def test_every_re_entry_page_says_it_may_be_skipped(pack: Pack) -> None:
    for page in pack.pages:
        assert [language for language, said in MAY_SKIP.items() if not page.intro[language].endswith(said)] == []


def test_only_the_core_is_asked_before_done_for_now(pack: Pack) -> None:
    assert {key for key, part in pack.parts().items() if part.required} == REQUIRED


def test_every_text_is_there_in_both_languages(pack: Pack) -> None:
    pieces = [pack.title, pack.notice]
    for section in pack.everything:
        pieces += [section.title, section.intro]
        for part in section.parts:
            pieces += [part.title, part.prompt, part.help]
    for piece in pieces:
        assert tuple(piece) == LANGUAGES
        assert all(words and words == words.strip() and "  " not in words for words in piece.values())
        assert piece["en"] != piece["es"]


def test_no_two_titles_of_a_language_are_alike(pack: Pack) -> None:
    for language in LANGUAGES:
        titles = [section.title[language] for section in pack.everything]
        titles += [part.title[language] for part in pack.parts().values()]
        assert len(titles) == len(set(titles))


def test_prompts_ask_and_helps_stay_short(pack: Pack) -> None:
    for part in pack.parts().values():
        assert part.prompt["en"].count("?") == part.prompt["es"].count("?") == part.prompt["es"].count("¿") == 1
        for language in LANGUAGES:
            assert 1 <= len(re.findall(r"[.!?](?:\s|$)", part.help[language])) <= 3, part.key


def test_ideas_are_few_short_and_her_own_to_name(pack: Pack) -> None:
    for part in pack.parts().values():
        if part.kind in PEOPLE or part.key in NO_IDEAS:
            assert part.ideas == {}, part.key
            continue
        assert tuple(part.ideas) == LANGUAGES, part.key
        assert len(part.ideas["en"]) == len(part.ideas["es"]), part.key
        for ideas in part.ideas.values():
            assert 4 <= len(ideas) <= 8, part.key
            assert len(set(ideas)) == len(ideas), part.key
            for idea in ideas:
                assert 0 < len(idea) <= LONGEST_IDEA, idea
                assert idea[0].isupper(), idea
                assert idea[-1] not in ".!", idea


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_asked_that_hurts_or_labels(pack: Pack, language: str) -> None:
    assert [words for words in all_words(pack, language) if BANNED[language].search(words)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "What happened to you?"),
        ("en", "Why did you do it?"),
        ("en", "What is the officer’s name?"),
        ("en", "What is your diagnosis?"),
        ("en", "Take a bath"),
        ("en", "Ideas from other women"),
        ("es", "¿Qué te pasó?"),
        ("es", "¿Por qué lo hiciste?"),
        ("es", "¿Cómo se llama el oficial?"),
        ("es", "¿Cuál es tu diagnóstico?"),
        ("es", "Escriba usted su plan"),
    ],
)
def test_the_banned_words_are_found(language: str, words: str) -> None:
    assert BANNED[language].search(words)


def test_notice_names_the_mark_and_says_the_words_are_ours(pack: Pack) -> None:
    said = {"en": ("own words", "registered trademark"), "es": ("palabras propias", "marca registrada")}
    for language, phrases in said.items():
        assert [phrase for phrase in (*phrases, "“WRAP”") if phrase not in pack.notice[language]] == []


def test_crisis_part_opens_kindly_and_leaves_a_way_out(pack: Pack) -> None:
    intro = next(section.intro for section in pack.sections if section.key == "crisis")
    said = {"en": ("not alone", "skip", "stop"), "es": ("no estás sola", "omite", "para cuando quieras")}
    for language, phrases in said.items():
        assert [phrase for phrase in phrases if phrase not in intro[language]] == []


def screen(pack: Pack, section: Section, part: Part, language: str) -> list[str]:
    """What she reads where one question fills the screen: its words, its ideas, and the labels of what is asked."""
    say = in_language(language).gettext
    shown = [pack.title, section.title, part.title, part.prompt, part.help]
    labels = []
    kind: type[Record] = Supporter if part.kind == "supporter" else PlanItem
    columns = ("name", "relation", "phone", "role") if kind is Supporter else ITEM_COLUMNS.get(part.kind, ())
    for spec in map(fields(kind).__getitem__, columns):
        labels += [spec.label, *(choice.label for choice in spec.choices or ())]
    return [*(text[language] for text in shown), *part.ideas.get(language, ()), *map(say, labels)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_screen_she_reads_is_at_sixth_grade_or_below(pack: Pack, language: str) -> None:
    screens = {part.key: screen(pack, section, part, language) for section in pack.everything for part in section.parts}
    screens |= {
        section.key + " intro": [section.title[language], section.intro[language]] for section in pack.everything
    }
    told = limits(language)
    screens["limits"] = [words for shown in told for words in ([shown] if isinstance(shown, str) else shown)]
    assert len(screens) == len(pack.parts()) + len(pack.everything) + 1
    assert {
        key: grade(language, words) for key, words in screens.items() if grade(language, words) > HIGHEST_GRADE
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_section_reads_at_sixth_grade_or_below(pack: Pack, language: str) -> None:
    for section in pack.everything:
        assert grade(language, words_of(section, language)) <= HIGHEST_GRADE, section.key
        # Titles are short and flatter the grade: the sentences have to hold without them.
        assert grade(language, words_of(section, language, titles=False)) <= HIGHEST_GRADE, section.key
        for part in section.parts:  # sitting together, one part is one screen
            assert grade(language, [part.prompt[language], part.help[language]]) <= HIGHEST_GRADE, part.key
    assert grade(language, [pack.notice[language]]) <= HIGHEST_GRADE


def test_letters_are_in_the_bundled_font(pack: Pack) -> None:
    for language in LANGUAGES:
        shown = [*all_words(pack, language), pack.notice[language]]
        for parts in (("limits", "limits.json"), ("codes", "needs.json")):
            shown += texts(read(*parts), language)
        assert {words: odd for words in shown if (odd := foreign_letters(words))} == {}
    assert foreign_letters("don't → ✓") == {"'", "→", "✓"}


def test_what_must_be_passed_on_is_whole_and_plain() -> None:
    found = read("limits", "limits.json")
    assert list(found) == ["version", "title", "intro", "keep", "must_pass_on", "closing"]
    assert found["version"] == 1
    for part in ("title", "intro", "keep", "must_pass_on", "closing"):
        assert tuple(found[part]) == LANGUAGES
    for part in ("keep", "must_pass_on"):
        assert len(found[part]["en"]) == len(found[part]["es"]) >= 4
    for language in LANGUAGES:
        shown = list(texts(found, language))
        assert all(shown)
        assert grade(language, shown) <= HIGHEST_GRADE
        for piece in shown[1:]:
            assert grade(language, [piece]) <= HIGHEST_GRADE + 2, piece
    said = {
        "en": ("sexual abuse", "hurt or kill yourself", "hurt someone else", "escape", "a child"),
        "es": ("abuso o acoso sexual", "quitarte la vida", "lastimar a otra persona", "fuga", "un niño"),
    }
    for language, phrases in said.items():
        listed = " ".join(found["must_pass_on"][language]).lower()
        assert [phrase for phrase in phrases if phrase not in listed] == []


def test_need_tags_are_the_five_of_this_issue() -> None:
    needs = read("codes", "needs.json")
    assert (list(needs), needs["version"]) == (["version", "codes"], 1)
    assert [code["key"] for code in needs["codes"]] == [
        "mental_health_condition",
        "serious_mental_illness",
        "substance_use",
        "housing_insecurity",
        "parenting",
    ]
    for code in needs["codes"]:
        assert list(code) == ["key", "label", "explanation"]
        for language in LANGUAGES:
            assert code["label"][language]
            assert grade(language, [code["explanation"][language]]) <= HIGHEST_GRADE


@pytest.mark.parametrize(
    ("word", "count"),
    [("day", 1), ("made", 1), ("people", 2), ("little", 2), ("asked", 1), ("needed", 2), ("houses", 2), ("names", 1),
     ("don’t", 1), ("doesn’t", 2), ("someone", 2), ("quiet", 2), ("being", 2), ("medicine", 3), ("serious", 3),
     ("station", 2), ("activity", 4), ("check-in", 2), ("I’m", 1), ("responsibility", 6)],
)  # fmt: skip
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("día", 2), ("tu", 1), ("bien", 1), ("ciudad", 2), ("muy", 1), ("quien", 1), ("guerra", 2), ("agua", 2),
     ("oír", 2), ("cuídate", 3), ("leer", 2), ("también", 2), ("vergüenza", 3), ("y", 1), ("aún", 2),
     ("recuperación", 5)],
)  # fmt: skip
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_grades_tell_easy_from_hard() -> None:
    easy = {
        "en": "You can stop at any time. Take a break. Skip what you like.",
        "es": "Puedes parar cuando quieras. Descansa.",
    }
    hard = {
        "en": "Participants must identify the circumstances that precipitated deterioration, notwithstanding the "
        "considerable uncertainty regarding individual responsibility and institutional accountability.",
        "es": "Las participantes deberán identificar las circunstancias que precipitaron el deterioro psicológico, "
        "independientemente de la considerable incertidumbre sobre responsabilidades individuales e institucionales.",
    }
    for language in LANGUAGES:
        assert grade(language, [easy[language]]) < HIGHEST_GRADE - 2
        assert grade(language, [hard[language]]) > HIGHEST_GRADE + 1
    assert grade("en", ["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade("es", ["La casa es de mi mamá."]) == pytest.approx(-0.205 / 0.06 + 4.9 * 8 / 6 - 3.407)
    with pytest.raises(ValueError, match="no word"):
        grade("en", ["…"])
