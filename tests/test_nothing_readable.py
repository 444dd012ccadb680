"""What must not be readable where it could be: inside a bundle, at the office, in a crash report, behind the window.

That nothing is readable on the disk during a whole day's work is held by ``store/test_nothing_readable``, whose
search and words are used here too.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from reentry_desktop.actions import checking, drafts, enrolling, lists, plans, recalling, staff, women
from reentry_desktop.base.ids import Id
from reentry_desktop.exchange import identity, incoming, outgoing
from reentry_desktop.records.participant import Need, NeedSource
from reentry_desktop.store import Store

from .bundle import second_reader
from .store.test_nothing_readable import CANARIES, readable
from .stores import DAY, PASSPHRASE, USER, Template, done_for_now, exchange_cards, keys_of

ROOT = Path(__file__).parents[1]
WINDOW = Path(__file__).with_name("at_the_window.py")
# A woman who shares her words, and what is hers: so that a search that finds nothing has shown it can find.
SHARED = ("Openfirstkoala", "Openlastpanda", "Opentooltapir", "Openanswerllama", "Opensupporterorca", "Openstepbison")
# One who shares her dates only; one whose words were taken back; one who was not asked; one who is only on a list.
DATES_ONLY = ("Shutfirstrhino", "Shutlastcivet")  # who she is goes with her dates
STAFF = ("Staffmagpie", "Staffraven")  # whoever reads a history at the office is told who wrote it
NEVER = (
    "Shuttooltoad", "Shutanswerdingo", "Shutsupporterstoat", "Shutstepviper", "Draftlemming", "Takenbackmarten",
    "Removedweasel", "Offeredferret", "Offeredpossum", "Listedbadger", "Listedbeaver", "substance_use",
)  # fmt: skip


def hers(store: Store, woman: Id, share: str, *, tool: str, answer: str, supporter: str, step: str) -> Id:
    """Enrol her, and write a plan with her."""
    with store.work("write") as unit:
        program = enrolling.add_program(unit, name="Bridges")
        episode = enrolling.offer(unit, woman, program, DAY)
        enrolling.told_limits(unit, episode, DAY, "en")
        enrolling.enrol(unit, episode, agreed_on=DAY, on=DAY, office_has=share)
        enrolling.set_next_step(unit, episode, step, DAY)
        plan = plans.start_plan(unit, woman)
        plans.add_item(unit, plan, "tools", words=tool)
        plans.answer(unit, plan, "well", answer)
        plans.add_supporter(unit, plan, name=supporter)
        done_for_now(unit, plan)
    return plan


@dataclass(frozen=True)
class Day:
    """A facility at which words of every kind were written: the woman who shares hers, her plan, the other's plan."""

    woman: Id
    plan: Id
    shut: Id


@pytest.fixture
def day(facility: Store, tmp_path: Path) -> Day:
    (tmp_path / "list.csv").write_text(
        "MDOC #,Last Name,First Name,DOB\nR70003,Listedbadger,Listedbeaver,01/02/1990\n", "utf-8"
    )
    lists.read_lists(facility, [tmp_path / "list.csv"])
    staff.add_user(facility, name="ana", passphrase="copper mitten sailor", full_name="Staffmagpie Staffraven")
    with facility.work("register") as unit:
        number = iter(("R70001", "R70002", "R70004"))
        women_of = [
            women.register(unit, department_number=next(number), first_name=first, last_name=last)
            for first, last in (SHARED[:2], DATES_ONLY, ("Offeredferret", "Offeredpossum"))
        ]
        enrolling.offer(unit, women_of[2], enrolling.add_program(unit, name="Bridges"), DAY)
    _first, _last, tool, answer, supporter, step = SHARED
    plan = hers(facility, women_of[0], "words", tool=tool, answer=answer, supporter=supporter, step=step)
    shut = hers(
        facility, women_of[1], "dates",
        tool="Shuttooltoad", answer="Shutanswerdingo", supporter="Shutsupporterstoat", step="Shutstepviper",
    )  # fmt: skip
    with facility.work("write") as unit:
        removed = plans.add_item(unit, shut, "every_day", words="Removedweasel")
        plans.remove_item(unit, removed)
        enrolling.note_need(
            unit, women_of[1], Need.SUBSTANCE_USE, NeedSource.SHE_SAID, DAY, may_be_recorded=True
        )  # fmt: skip
    for text in ("Takenbackmarten", "Draftlemming"):  # also of her who shares: what is typed is not said yet
        with facility.work("draft") as unit:
            drafts.save_draft(unit, f"{plan}/tools", "words", women_of[0], text)
    return Day(women_of[0], plan, shut)


def in_store(store: Store) -> str:
    """Everything in a store's tables, as its key opens it."""
    with store.read() as unit:
        run = unit.connection.exec_driver_sql
        names = run("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return "\n".join(repr(run(f'SELECT * FROM "{name}"').all()) for name in names)


@pytest.mark.controls("2.13", "164.502(b)")
def test_what_is_not_shared_is_neither_inside_the_bundle_nor_at_the_office(
    day: Day, facility: Store, office: Store, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    stick = tmp_path / "stick"
    stick.mkdir()
    at_home = in_store(facility)
    missing = [word for word in (*SHARED, *DATES_ONLY, *STAFF, *NEVER) if word not in at_home]
    assert missing == ["Takenbackmarten"]  # overwritten, so it is nowhere

    sent = outgoing.send(facility, "OFFICE", stick)
    assert sent.held_back
    keys, _device = keys_of(office)
    card = second_reader.read_card(identity.own_card(facility)[1])
    told = second_reader.open_bundle(sent.file.read_bytes(), card, keys.site, keys.seed, keys.scalar)
    inside = repr(told)
    assert incoming.take_in(office, sent.file).status == incoming.APPLIED
    for text in (inside, in_store(office)):
        assert [word for word in (*SHARED, *DATES_ONLY, *STAFF) if word not in text] == []
        assert [word for word in NEVER if word in text] == []

    with facility.work("let") as unit:  # she says less: what she says from now on stays
        episode = women.current_episode(unit, day.woman)
        assert episode is not None
        recalling.share(unit, episode.id, "dates")
        plans.add_item(unit, day.plan, "every_day", words="Laterocelot")
    later = outgoing.send(facility, "OFFICE", stick)
    told = second_reader.open_bundle(later.file.read_bytes(), card, keys.site, keys.seed, keys.scalar)
    assert incoming.take_in(office, later.file).status == incoming.APPLIED
    assert not [word for word in (*SHARED[2:], "Laterocelot", *NEVER) if word in repr(told)]
    assert "Laterocelot" not in in_store(office)


# A mistake of the program

# The disk fails while a print is saved, with an error that says too much: her name, her words, the passphrase.
FAILS = """
import sys
from reentry_desktop.cli.main import main
def fail(event, args):
    if event == "tempfile.mkstemp":
        raise RuntimeError({words!r})
sys.addaudithook(fail)
sys.exit(main(sys.argv[1:])[0])
"""


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """An environment in which every folder a program may choose by itself lies below ``watched``."""
    places = {name: tmp_path / "watched" / name.lower() for name in (
        "HOME", "TMPDIR", "TEMP", "TMP", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    )}  # fmt: skip
    for place in places.values():
        place.mkdir(parents=True, mode=0o700)
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {name: str(place) for name, place in places.items()} | {
        "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip


@pytest.fixture
def canaries(facility: Store, tmp_path: Path, watched: dict[str, str]) -> Id:
    """One woman of whom every word is a canary; the store is closed and lies in the watched folder. Her id."""
    _number, first, last = "R70001", "Xiomarabel", "Quixotewell"
    with facility.work("register") as unit:
        woman = women.register(
            unit, department_number=_number, first_name=first, last_name=last, unit="Wingzebra-4",
            date_of_birth=dt.date(1990, 1, 2), county_of_return="Countyquokka",
        )  # fmt: skip
    plan = hers(
        facility, woman, "words",
        tool="Toolwombat", answer="Answernarcissus", supporter="Supporterlynx", step="Toolwombat again",
    )  # fmt: skip
    with facility.work("draft") as unit:
        drafts.save_draft(unit, f"{plan}/tools", "words", woman, "Draftocelot")
    facility.close()
    facility.folder.rename(tmp_path / "watched" / "store")
    return woman


def in_words(text: str) -> list[str]:
    return [word for word in CANARIES if word.lower() in text.lower()]


@pytest.mark.controls("SI-11")
def test_a_mistake_of_the_program_names_nobody(canaries: Id, watched: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    (tmp_path / "locks").write_text("a phrase to lock it with")
    command = [
        sys.executable, "-c", FAILS.format(words=" ".join(CANARIES)), "plan", "print", "--participant", "R70001",
        "--with-name", "--out", str(tmp_path / "Xiomarabel.pdf"), "--protect-file", str(tmp_path / "locks"),
        "--store", str(tmp_path / "watched" / "store"),
        "--user", USER, "--passphrase-file", str(tmp_path / "passphrase"),
    ]  # fmt: skip
    done = subprocess.run(command, env=watched, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "builtins.RuntimeError" in done.stderr  # it did happen, and the report says where
    assert "replace_file" in done.stderr
    assert in_words(done.stdout + done.stderr) == []
    assert str(tmp_path) not in done.stderr
    assert not (tmp_path / "Xiomarabel.pdf").exists()
    assert readable(tmp_path / "watched") == []


def test_a_list_is_read_without_a_copy_of_it_anywhere(
    facility_template: Template, watched: dict[str, str], tmp_path: Path
) -> None:
    """A workbook is a packed file: its reader could unpack it to the disk."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["MDOC #", "Last Name", "First Name", "Housing"], ["R70001", "Quixotewell", "Xiomarabel", "Wingzebra"]):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    store = facility_template.copy(tmp_path / "watched" / "store")
    command = [
        sys.executable, "-m", "reentry_desktop", "roster", "import", str(tmp_path / "list.xlsx"), "--json",
        "--store", str(store), "--user", USER, "--passphrase-file", str(tmp_path / "passphrase"),
    ]  # fmt: skip
    done = subprocess.run(command, env=watched, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["added"]) == (0, 1), done.stderr
    assert readable(tmp_path / "watched") == []
    with facility_template.open(store) as opened:
        assert "Xiomarabel" in in_store(opened)


# The window


@pytest.mark.controls("SC-28", "164.312(a)(2)(iv)")
def test_the_window_leaves_nothing_readable(
    canaries: Id, facility_template: Template, watched: dict[str, str], tmp_path: Path
) -> None:
    """It shows her page, her plan and its print, and is locked; on the way it fails with her name in the error."""
    shown = ["today", "participants", "participant", "enrol", "plan", "preview", "settings"]
    hers_too = {"participant", "enrol", "plan", "preview"}
    places = [(key, {"participant": canaries} if key in hers_too else {}) for key in shown]
    store = tmp_path / "watched" / "store"

    places.insert(5, ("Xiomarabel", {}))  # there is no such page: the one before stays
    command = [sys.executable, str(WINDOW), str(store), USER, PASSPHRASE, json.dumps(places)]
    done = subprocess.run(command, env=watched, capture_output=True, text=True, check=False, timeout=90)
    assert (done.returncode, done.stdout.split()) == (0, [*shown[:5], "plan", *shown[5:]]), done.stderr
    assert "builtins.KeyError" in done.stderr
    assert in_words(done.stdout + done.stderr) == []
    assert list((tmp_path / "watched").rglob("window.ini"))  # where it keeps what it keeps, it was watched
    assert readable(tmp_path / "watched") == []
    with facility_template.open(store) as opened:
        assert "Draftocelot" in in_store(opened)
        assert [f.sentence for f in checking.check(opened) if f.code not in ("disk", "folder", "clock")] == []
