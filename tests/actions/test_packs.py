"""Template packs: what is taken in and what is not, how one travels, and a plan whose pack is not here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reentry_desktop.actions import packs, plan_states, plan_versions, plans, printing, staff
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import Problem
from reentry_desktop.exchange import incoming, outgoing
from reentry_desktop.exchange.packs import sign_pack
from reentry_desktop.records.pack import load_pack
from reentry_desktop.records.people import Site
from reentry_desktop.records.plan import Plan
from reentry_desktop.records.template import TemplatePack
from reentry_desktop.store import Store

from ..packs import NAME, pack_text, part
from ..stores import PASSPHRASE, assert_well, enrolled, exchange_cards, tables
from .test_plan_versions import fill

ONE, TWO = f"{NAME}/1", f"{NAME}/2"


@pytest.fixture
def both(facility: Store, office: Store) -> tuple[Store, Store]:
    """A facility and an office that trust each other."""
    exchange_cards(facility, office)
    return facility, office


def take(store: Store, data: bytes) -> None:
    with store.work("take_pack") as unit:
        packs.take_pack(unit, data)


def known(store: Store) -> list[packs.Known]:
    with store.read() as unit:
        return packs.packs(unit)


def use(store: Store, name: str) -> None:
    with store.work("use_pack") as unit:
        packs.use_pack(unit, name)


def carry(sender: Store, receiver: Store, folder: Path) -> incoming.Taken:
    with receiver.read() as unit:
        name = unit.get(Site, receiver.site).name
    sent = outgoing.send(sender, name, folder)
    return incoming.take_in(receiver, sent.file)


# Taking in


def test_a_pack_signed_at_the_office_is_taken_in_and_used(both: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = both
    source, signed = tmp_path / "larkspur.json", tmp_path / "larkspur.pack"
    source.write_bytes(pack_text())
    assert packs.sign_file(office, source, signed).id == ONE
    take(facility, signed.read_bytes() + b"\n")  # a line end at its end, as an editor leaves it
    take(facility, signed.read_bytes())  # twice is once
    bundled, mine = known(facility)
    assert (bundled.id, bundled.signed_by, bundled.in_use) == (load_pack().id, "", True)
    assert (mine.id, mine.title, mine.signed_by, mine.in_use) == (ONE, "My Larkspur plan", "State Office", False)
    before, _episode = enrolled(facility, "R1", share="words")
    with facility.work("start_plan") as unit:
        old = plans.start_plan(unit, before)
    use(facility, ONE)
    after, _episode = enrolled(facility, "R2", share="words")
    with facility.work("start_plan") as unit:
        new = plans.start_plan(unit, after)
        fill(unit, new)
    with facility.read() as unit:
        assert plans.contents(unit, old).pack.id == load_pack().id
        assert plans.contents(unit, new).pack.parts()["tools"].prompt["en"] == "Which tools are yours?"
    use(facility, load_pack().id)
    with facility.read() as unit:
        assert packs.pack_for_new_plans(unit) == load_pack().id
        assert plans.contents(unit, new).pack.id == ONE  # a plan keeps the pack it was written with
    assert_well(facility)


def _without(name: str, language: str) -> Callable[[dict[str, Any]], object]:
    return lambda pack: part(pack, "well")[name].pop(language)


def _double(pack: dict[str, Any]) -> None:
    pack["sections"][1]["parts"].append(pack["sections"][0]["parts"][0])


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "no title in Spanish": (lambda pack: pack["title"].pop("es"), "pack-language", "Español"),
    "an empty title": (lambda pack: pack["title"].update(es=""), "pack-language", "Español"),
    "Spanish not named": (lambda pack: pack.update(languages=["en"]), "pack-language", "Español"),
    "no prompt in English": (_without("prompt", "en"), "pack-language", "English"),
    "no prompt at all": (lambda pack: part(pack, "well").update(prompt={}), "pack-language", "English"),
    "no help in Spanish": (_without("help", "es"), "pack-language", "Español"),
    "a section without a title": (lambda pack: pack["sections"][0].update(title={}), "pack-language", "English"),
    "a kind of a newer program": (lambda pack: part(pack, "tools").update(kind="song"), "pack-kind", "song"),
    "a field of a newer program": (lambda pack: pack.update(music={}), "pack-malformed", "music"),
    "no sections": (lambda pack: pack.update(sections=[]), "pack-malformed", "no sections"),
    "an empty section": (lambda pack: pack["sections"][0].update(parts=[]), "pack-malformed", "empty"),
    "a part twice": (_double, "pack-malformed", "twice"),
    "a section twice": (lambda p: p["sections"][1].update(key=p["sections"][0]["key"]), "pack-malformed", "twice"),
    "a key with a blank": (lambda pack: part(pack, "well").update(key="so well"), "pack-malformed", "cannot be used"),
    "a key too long": (lambda pack: part(pack, "well").update(key="w" * 41), "pack-malformed", "cannot be used"),
    "no name": (lambda pack: pack.update(name=""), "pack-malformed", "no name"),
    "a name too long": (lambda pack: pack.update(name="n" * 31), "pack-malformed", "no name"),
    "a name like a path": (lambda pack: pack.update(name="../wellness"), "pack-malformed", "no name"),
    "a version of nothing": (lambda pack: pack.update(version=0), "pack-malformed", "version"),
    "a version in words": (lambda pack: pack.update(version="one"), "pack-malformed", "cannot be read"),
    "the bundled name": (lambda pack: pack.update(name="wellness"), "pack-name", "comes with the program"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_pack_that_is_not_right_is_one_sentence_and_changes_nothing(both: tuple[Store, Store], case: str) -> None:
    change, code, said = BROKEN[case]
    facility, office = both
    refused(facility, sign_pack(office, pack_text(change)), code, said)


def test_a_part_begins_only_with_an_answer_there_is(facility: Store) -> None:
    for wrong in ("no_such_part", "tools"):
        text = pack_text(lambda pack, wrong=wrong: part(pack, "crisis_well").update(begins_with=wrong))  # type: ignore[misc]
        refused(facility, sign_pack(facility, text), "pack-malformed", "words there are not")


def test_letters_no_face_has_keep_a_pack_out(facility: Store) -> None:
    """Nobody at the desk could change them later, and a print would be without them."""
    for change in (
        lambda pack: pack["sections"][0]["title"].update(en="Tools \U0001f600"),
        lambda pack: part(pack, "tools")["ideas"]["es"].append("Cantar \U00012031"),
        lambda pack: pack["notice"].update(es="Aviso \U0001f600"),
    ):
        refused(facility, sign_pack(facility, pack_text(change)), "letters", "cannot be printed")


def refused(store: Store, data: bytes, code: str, said: str) -> None:
    """*data* is not taken in: one sentence with *said* in it, and every table as it was."""
    with store.read() as unit:
        before = tables(unit.connection)
    with pytest.raises(Problem) as told:
        take(store, data)
    assert told.value.code == code
    assert said in told.value.sentence
    assert "not taken in" in told.value.sentence or "Nothing was changed." in told.value.sentence
    with store.read() as unit:
        assert tables(unit.connection) == before


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"name": "\xff"}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_signed_but_no_pack_is_refused(both: tuple[Store, Store], text: bytes) -> None:
    facility, office = both
    refused(facility, sign_pack(office, text), "pack-malformed", "cannot be read")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 40, b"{}", b"not a pack", "¡Hola!".encode(), b"\xff\xd8\xff\xe0", b"[" * 100_000],
    ids=["empty", "zeros", "an object", "words", "Spanish words", "a picture", "deep"],
)
def test_what_is_no_signed_file_is_refused(both: tuple[Store, Store], data: bytes) -> None:
    refused(both[0], data, "pack-unsigned", "not a signed template pack")
    refused(both[0], pack_text(), "pack-unsigned", "not a signed template pack")


def test_a_card_or_a_file_that_is_far_too_large_is_no_pack(both: tuple[Store, Store]) -> None:
    facility, office = both
    with office.read() as unit:
        card = unit.connection.exec_driver_sql("SELECT card FROM peer").scalar_one()
    refused(facility, card.encode() if isinstance(card, str) else bytes(card), "pack-unsigned", "not a signed")
    refused(facility, b" " * (packs.LARGEST + 1), "pack-malformed", "too large")
    long = sign_pack(office, pack_text(lambda pack: part(pack, "well")["help"].update(en="w" * 400_000)))
    refused(facility, long, "pack-malformed", "too large")


def test_a_pack_of_a_stranger_or_changed_since_is_refused(
    facility: Store, office: Store, both: tuple[Store, Store]
) -> None:
    signed = sign_pack(office, pack_text())
    envelope = json.loads(signed)
    envelope["payload"] = base64.b64encode(pack_text(lambda pack: pack["title"].update(en="Another"))).decode()
    altered = json.dumps(envelope, separators=(",", ":")).encode()
    refused(facility, altered, "pack-stranger", "was changed since")
    envelope = json.loads(signed)
    envelope["signatures"][0]["keyid"] = "0" * 64
    refused(facility, json.dumps(envelope, separators=(",", ":")).encode(), "pack-stranger", "nobody this site knows")


def test_a_pack_of_a_site_without_a_card_here_is_refused(facility: Store, office: Store) -> None:
    refused(facility, sign_pack(office, pack_text()), "pack-stranger", "Exchange cards")
    exchange_cards(facility, office)
    take(facility, sign_pack(office, pack_text()))
    take(office, sign_pack(office, pack_text()))  # its own signature is known as well
    assert [one.signed_by for one in known(office)] == ["", "State Office"]


def test_older_packs_are_refused_and_newer_ones_stand_beside(both: tuple[Store, Store]) -> None:
    facility, office = both
    take(facility, sign_pack(office, pack_text(version=2)))
    refused(facility, sign_pack(office, pack_text(version=1)), "pack-older", "older than the one here")
    old = pack_text(lambda pack: pack.update(name="wellness", version=load_pack().version))
    refused(facility, sign_pack(office, old), "pack-name", "comes with the program")
    other = pack_text(lambda pack: pack["title"].update(en="Another"), version=2)
    refused(facility, sign_pack(office, other), "pack-name", "Ask for it under a new version.")
    take(facility, sign_pack(office, pack_text(version=3)))
    assert [one.id for one in known(facility)] == [load_pack().id, TWO, f"{NAME}/3"]


def test_only_an_administrator_takes_in_chooses_and_signs(both: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = both
    signed = sign_pack(office, pack_text())
    take(facility, signed)
    bo = staff.add_user(facility, name="bo", passphrase=PASSPHRASE)
    facility.sign_in(bo)
    refused(facility, sign_pack(office, pack_text(version=2)), "not-allowed", "Only an administrator")
    with pytest.raises(Problem, match="Only an administrator"):
        use(facility, ONE)
    source = tmp_path / "pack.json"
    source.write_bytes(pack_text())
    with pytest.raises(Problem, match="Only an administrator"):
        packs.sign_file(facility, source, tmp_path / "signed")
    assert not (tmp_path / "signed").exists()


def test_a_pack_that_is_not_here_is_not_used(facility: Store) -> None:
    with pytest.raises(Problem, match="no template pack called"):
        use(facility, ONE)
    with facility.read() as unit:
        assert packs.pack_for_new_plans(unit) == load_pack().id


@pytest.mark.parametrize("text", [b"", pack_text(lambda pack: pack.update(sections=[])), b" " * 600_000])
def test_what_is_no_pack_is_not_signed(office: Store, tmp_path: Path, text: bytes) -> None:
    source, target = tmp_path / "pack.json", tmp_path / "signed"
    source.write_bytes(text)
    for path in (source, tmp_path / "none", tmp_path):
        with pytest.raises(Problem):
            packs.sign_file(office, path, target)
    source.write_bytes(pack_text())
    with pytest.raises(Problem, match="could not be written"):
        packs.sign_file(office, source, tmp_path / "no" / "signed")
    source.write_bytes(pack_text(lambda pack: pack.update(name="wellness", version=load_pack().version)))
    with pytest.raises(Problem, match="comes with the program"):
        packs.sign_file(office, source, target)
    assert not target.exists()


# On the way


def write_a_plan(store: Store) -> Id:
    woman, _episode = enrolled(store, share="words")
    with store.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
    with store.work("done_for_now") as unit:
        plan_states.done_for_now(unit, plan)
    return plan


def test_a_pack_travels_with_the_plans_written_with_it(both: tuple[Store, Store], tmp_path: Path) -> None:
    facility, office = both
    with facility.work("take_pack") as unit:
        packs.take_pack(unit, sign_pack(facility, pack_text()))
    use(facility, ONE)
    plan = write_a_plan(facility)
    assert carry(facility, office, tmp_path).status == incoming.APPLIED
    assert [(one.id, one.signed_by, one.in_use) for one in known(office)] == [
        (load_pack().id, "", True),
        (ONE, "North Facility", False),
    ]
    with office.read() as unit:
        whole = plans.contents(unit, plan)
        assert whole.pack.id == ONE
        assert whole.pack.parts()["tools"].prompt["es"] == "¿Qué herramientas son tuyas?"
        assert [tool.words for tool in whole.items["tools"]] == ["first of tools"]
        assert plan_versions.at_version(unit, plan, 1).pack.id == ONE
        made = printing.plan_print(unit, plan)
        assert "My Larkspur tools" in words_of(made.pdf.data)
    assert_well(office)


def words_of(pdf: bytes) -> str:
    """The text of a print, as a reader copies it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_plan_whose_pack_is_not_here_shows_all_her_words(facility: Store) -> None:
    woman, _episode = enrolled(facility, share="words")
    with facility.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman)
        fill(unit, plan)
    change = pack_text(
        lambda pack: pack["sections"][0]["parts"].append(part(pack, "tools") | {"key": "songs", "required": False})
    )
    take(facility, sign_pack(facility, change))
    with facility.work("use_pack") as unit:
        unit.revise(Plan, plan, pack=ONE)
        song = plans.add_item(unit, plan, "songs", words="A song of the river")
    with facility.work("lost") as unit:
        (kept,) = tables(unit.connection)["template_pack"]
        unit.remove(TemplatePack, Id(kept))
    with facility.read() as unit:
        assert not packs.has_pack(unit, ONE)
        whole = plans.contents(unit, plan)
        assert whole.pack.id == load_pack().id
        assert whole.astray() == ["songs"]
        assert [item.words for item in whole.items["songs"]] == ["A song of the river"]
        assert [tool.words for tool in whole.items["tools"]] == ["first of tools"]
        assert plan_versions.find_words(whole, "river") == [("songs", song, "A song of the river")]
        assert "A song of the river" in words_of(printing.plan_print(unit, plan).pdf.data)
    with facility.work("revise_item") as unit:  # they can still be worked on
        plans.revise_item(unit, song, words="A song of the sea")
    assert_well(facility)
