"""The program's test of itself, on the PC it will be used on: a small round trip in a temporary folder."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..base.crashes import crash_report
from ..base.ids import Id
from ..base.problems import Problem
from ..base.words import N_, _
from ..exchange import identity, incoming, outgoing
from ..store import Store, open_store
from . import checking, due, enrolling, lists, plan_states, plans, printing, restoring, setup, women
from .invented import as_list, invent
from .invented_plan import fill_plan
from .staff import one_time_passphrase

NUMBER, WORDS = "K48771", "Sé reír — ¡mucho! “I laugh”"


@dataclass(frozen=True)
class Step:
    """One step: whether it went well, and if not, why. Nothing of it names this PC or anybody."""

    name: str
    ok: bool
    seconds: float
    reason: str = ""


class _Wrong(Exception):
    """A step did something else than it should."""


def selftest() -> list[Step]:
    """Every step in order, ending with the first that fails."""
    done: list[Step] = []
    with tempfile.TemporaryDirectory(prefix="reentry-selftest-", ignore_cleanup_errors=True) as folder:
        trip = _Trip(Path(folder))
        try:
            for name, step in trip.steps():
                began = time.monotonic()
                reason = _try(step)
                done.append(Step(name, not reason, time.monotonic() - began, reason))
                if reason:
                    break
        finally:
            trip.close()
    return done


def _try(step: Callable[[], None]) -> str:
    try:
        step()
    except _Wrong as wrong:
        return str(wrong)
    except Problem as problem:
        return problem.sentence
    except Exception as error:  # noqa: BLE001  (whatever is wrong with this PC is what the test is for)
        return crash_report(error)
    return ""


def _see(right: object, wrong: str) -> None:
    if not right:
        raise _Wrong(_(wrong))


class _Trip:
    """Two stores and a stick in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, one_time_passphrase()
        self.stores: dict[str, Store] = {}
        self.plan = Id("")

    def close(self) -> None:
        for store in self.stores.values():
            store.close()

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("store", self.make_stores), ("unlock", self.unlock), ("list", self.read_list), ("plan", self.write_plan),
            ("pdf", self.print_plan), ("bundle", self.there), ("back", self.back), ("backup", self.keep),
            ("check", self.look),
        ]  # fmt: skip

    def make_stores(self) -> None:
        for kind in ("facility", "office"):
            new = setup.NewStore(
                self.folder / kind, kind, f"Test {kind}", "tester", self.said, code=kind[:3], practice=True
            )
            self.stores[kind] = setup.create_with_kit(new, self.folder / f"{kind}-kit")
        for own, other in (("facility", "office"), ("office", "facility")):
            card, data = identity.own_card(self.stores[own])
            trusting = self.stores[other]
            with trusting.work("trust") as unit:
                identity.trust(unit, identity.check_card(trusting, data), data, " ".join(card.fingerprint))

    def unlock(self) -> None:
        self.stores.pop("facility").close()
        self.stores["facility"] = open_store(self.folder / "facility", "tester", self.said)

    def read_list(self) -> None:
        today = dt.datetime.now(dt.UTC).astimezone().date()
        file = self.folder / "list.csv"
        file.write_bytes(as_list(invent(12, 1, today), "Test facility", today))
        done = lists.read_lists(self.stores["facility"], [file])
        _see(done.total("added") == 12, N_("The list was not read whole."))
        with self.stores["facility"].read() as unit:
            _see(due.due(unit).due, N_("Nobody is due."))

    def write_plan(self) -> None:
        with self.stores["facility"].work("selftest") as unit:
            woman = women.register(unit, department_number=NUMBER, first_name="Luz", last_name="Núñez")
            enrolling.add_program(unit, name="Test")
            enrolling.enrol_by_number(unit, NUMBER, "Test", unit.today(), "words")
            self.plan = plans.start_plan(unit, woman)
            fill_plan(unit, self.plan)
            plans.answer(unit, self.plan, "well", WORDS)
            plan_states.done_for_now(unit, self.plan)

    def print_plan(self) -> None:
        with self.stores["facility"].read() as unit:
            for language in ("en", "es"):
                made = printing.plan_print(unit, self.plan, language=language).pdf
                _see(made.data.startswith(b"%PDF-") and made.pages, N_("The print is no PDF."))
            locked = printing.protected(made.data, "four quiet green rivers")
            _see(b"/Encrypt" in locked, N_("The print could not be locked."))

    def there(self) -> None:
        self._carry("facility", "office")
        with self.stores["office"].read() as unit:
            whole = plans.contents(unit, self.plan)
            _see(whole.answers["well"].words == WORDS, N_("The words did not arrive as they were written."))

    def back(self) -> None:
        with self.stores["office"].work("selftest") as unit:
            plans.add_item(unit, self.plan, "tools", words="Sing to the last page")
            plan_states.done_for_now(unit, self.plan)
        self._carry("office", "facility")
        with self.stores["facility"].read() as unit:
            tools = [item.words for item in plans.contents(unit, self.plan).items["tools"]]
            _see(tools[-1] == "Sing to the last page", N_("The words did not arrive as they were written."))

    def _carry(self, sender: str, receiver: str) -> None:
        stick = self.folder / f"stick-{sender}"
        stick.mkdir()
        sent = outgoing.send(self.stores[sender], f"Test {receiver}", stick)
        first, again = (incoming.take_in(self.stores[receiver], sent.file) for _time in range(2))
        _see(first.status == incoming.APPLIED, first.reason)
        _see(again.status == incoming.ALREADY, N_("A bundle was taken in twice."))

    def keep(self) -> None:
        checking.backup(self.stores["facility"], self.folder / "copy.backup")
        with restoring.restore(self.folder / "copy.backup", self.folder / "restored", "tester", self.said) as store:
            _see(store.device != self.stores["facility"].device, N_("A restored store kept the old identity."))

    def look(self) -> None:
        for store in self.stores.values():
            wrong = [f.sentence for f in checking.check(store) if f.code in ("database", "log", "tables", "kit")]
            _see(not wrong, " ".join(wrong))
