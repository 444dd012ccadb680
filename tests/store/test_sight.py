"""What each role sees of which women: rows, fields, words of the log, in every way the records are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from reentry_desktop.actions import (
    assigning,
    checking,
    drafts,
    due,
    measures,
    plans,
    record_files,
    requests,
    staff,
    use,
    use_export,
    women,
)
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.records import Enrolment, Goal, NeedTag, Participant, Plan, PlanAnswer, SafetyReport, kinds
from reentry_desktop.records.access import ADMINISTRATORS, KNOWS, RIGHTS, Who, may, scope_of
from reentry_desktop.records.acts import ACTS
from reentry_desktop.records.base import Record, Right, fields
from reentry_desktop.records.local import Local
from reentry_desktop.records.people import Role, Scope
from reentry_desktop.records.sight import woman_column
from reentry_desktop.store import Store

from ..stores import DAY, Clock, Template, enrolled

pytestmark = [pytest.mark.controls("AC-3", "AC-6", "164.312(a)(1)", "164.502(b)")]
GIVEN = "seven green boats at noon"


@dataclass
class Office:
    """A facility with two women who have plans, goals, needs; the first works with whoever ``seat`` names."""

    store: Store
    hers: Id
    other: Id
    lead: Id

    def seat(self, role: str, scope: str = "", team: str = "", *, administrator: bool = False) -> Id:
        """A new member of staff of that kind works with the first woman, and sits down."""
        self.store.sign_in(self.lead)
        name = f"u{role}{scope}{administrator}"[:36] + team[:4]
        far = DAY + dt.timedelta(days=9999)
        person = staff.add_user(
            self.store, name=name, passphrase=GIVEN, role=role, administrator=administrator, scope=scope, team=team,
            clearance_until=far, prea_until=far,
        )  # fmt: skip
        with self.store.work("assign") as unit:
            assigning.assign(unit, self.hers, person)
        self.store.sign_in(person)
        return person


def full_record(store: Store, number: str) -> Id:
    """A woman with words in parts of every kind, each with her number in it."""
    woman, _episode = enrolled(store, number, share="words")
    with store.work("test") as unit:
        unit.revise(Participant, woman, actual_release=dt.date(2026, 11, 1), parole_hearing=dt.date(2027, 1, 1))
        plan = plans.start_plan(unit, woman)
        for part in ("well", "crisis_signs", "children", "conditions"):
            if part in ("well", "crisis_signs"):
                plans.answer(unit, plan, part, f"canary-{number}-{part}")
        plans.add_item(unit, plan, "children", words=f"canary-{number}-children")
        plans.add_item(unit, plan, "conditions", words=f"canary-{number}-conditions")
        plans.add_supporter(unit, plan, name=f"canary-{number}-supporter")
        for domain in ("work", "substance_use", "family"):
            unit.create(Goal, participant=woman, domain=domain, words=f"canary-{number}-{domain}", set_on=DAY)
        unit.create(NeedTag, participant=woman, need="substance_use", noted_on=DAY, may_be_recorded=True)
        unit.create(NeedTag, participant=woman, need="housing_insecurity", noted_on=DAY, may_be_recorded=True)
        unit.create(SafetyReport, participant=woman, author=store.who.id, made_on=DAY, to_whom="the line")
    return woman


@pytest.fixture(scope="module")
def filled(facility_template: Template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Id, Id]:
    """A closed store with the two women, and who they are."""
    folder = tmp_path_factory.mktemp("sight") / "facility"
    with facility_template.open(folder) as store:
        hers, other = full_record(store, "R1"), full_record(store, "R2")
        with store.work("save_draft") as unit:
            drafts.save_draft(unit, f"{other}/well", "words", other, "canary-R2-draft")
    return Template(folder, facility_template.keys, facility_template.person, facility_template.kit), hers, other


@pytest.fixture
def office(filled: tuple[Template, Id, Id], tmp_path: Path, clock: Clock) -> Iterator[Office]:
    template, hers, other = filled
    with template.open(tmp_path / "facility", clock) as store:
        yield Office(store, hers, other, store.who.id)


@pytest.fixture(scope="module")
def read_only(filled: tuple[Template, Id, Id], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all who only look."""
    template, hers, other = filled
    with template.open(tmp_path_factory.mktemp("read") / "facility") as store:
        yield Office(store, hers, other, store.who.id)


def _words(store: Store) -> str:
    """All that can be read by whoever is at the desk: every table there is, by plain SQL, so the log too."""
    names = [table.name for base in (Record, Local) for table in base.metadata.sorted_tables]
    with store.read() as unit:
        return "\n".join(
            str(tuple(row)) for name in names for row in unit.connection.exec_driver_sql(f'SELECT * FROM "{name}"')
        )


ROLES = [str(role) for role in Role]


@pytest.mark.parametrize("scope", ["", *map(str, Scope)])
@pytest.mark.parametrize("role", ROLES)
def test_rows_and_words_are_those_of_the_role_and_scope(read_only: Office, role: str, scope: str) -> None:
    office = read_only
    office.seat(role, scope, "north")
    sees, knows = scope_of(role, scope), KNOWS.get(role, frozenset())
    read = _words(office.store)
    for number, woman, seen in (("R1", office.hers, sees != ""), ("R2", office.other, sees in ("all", "site"))):
        assert (f"canary-{number}-well" in read) == (seen and "narrative" in knows)
        assert (f"canary-{number}-work" in read) == (seen and "narrative" in knows)
        assert (f"canary-{number}-crisis_signs" in read) == (seen and "health" in knows)
        assert (f"canary-{number}-supporter" in read) == (seen and "health" in knows)
        assert (f"canary-{number}-children" in read) == (seen and "children" in knows)
        assert (f"canary-{number}-family" in read) == (seen and "children" in knows)
        assert (f"canary-{number}-substance_use" in read) == (seen and "substance_use" in knows)
        assert (f"canary-{number}-conditions" in read) == (seen and "justice" in knows)
        assert ("canary-R2-draft" in read) == (sees in ("all", "site"))  # hers whose words it is, to be deleted
        with office.store.read() as unit:
            her = unit.find(Participant, woman)
            assert (her is not None) == seen
            if her is not None:
                assert (her.actual_release is not None) == ("justice" in knows)
            tags = unit.all(sa.select(NeedTag).where(NeedTag.participant == woman))
            assert len(tags) == (2 if seen and "substance_use" in knows else int(seen and "narrative" in knows))
            assert len(women.search(unit, number).rows) == int(seen)


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_a_woman_who_is_not_seen_is_in_any_table(read_only: Office, role: str) -> None:
    office = read_only
    office.seat(role, "own", "apart")
    with office.store.read() as unit:
        for cls in kinds().values():
            if column := woman_column(cls):
                found = unit.connection.exec_driver_sql(f'SELECT "{column}" FROM "{cls.__tablename__}"').scalars()
                assert office.other not in set(found), cls
        rows = unit.connection.exec_driver_sql("SELECT payload FROM entry WHERE participant = ?", (office.other,))
        assert set(rows.scalars()) == {None}
        numbers = unit.connection.exec_driver_sql("SELECT count(*), max(number) FROM entry").one()
        assert numbers[0] == numbers[1] > 30  # the places of all entries: the chain goes on


def test_what_she_writes_is_written_whole(office: Office) -> None:
    """Through the narrowed sight: new records, changes, removals; the tables are still the fold of the log."""
    office.seat(Role.COORDINATOR, "own")
    with office.store.work("answer") as unit:
        plan = unit.first(sa.select(Plan))
        plans.answer(unit, plan.id, "well", "what she says now")
        item = plans.add_item(unit, plan.id, "tools", words="a walk")
        plans.remove_item(unit, item)
    with office.store.work("register") as unit:
        new = women.register(unit, department_number="R9", first_name="Nell", last_name="New")
    with office.store.read() as unit:
        assert unit.get(Participant, new).last_name == "New"
        assert [row.id for row in women.search(unit, "new").rows] == [new]
    office.store.sign_in(office.lead)
    assert checking.check(office.store) == []
    with office.store.read() as unit:
        answers = unit.all(
            sa.select(PlanAnswer).where(PlanAnswer.participant == office.hers, PlanAnswer.part == "well")
        )
        assert [one.words for one in answers] == ["what she says now"]


def test_what_is_not_seen_cannot_be_written(office: Office) -> None:
    office.seat(Role.COORDINATOR, "own")
    with pytest.raises(NotFound), office.store.work("correct") as unit:
        unit.revise(Participant, office.other, last_name="Changed")
    office.seat(Role.VOLUNTEER)
    with office.store.read() as unit:
        crisis = [one.part for one in unit.all(sa.select(PlanAnswer))]
        assert crisis == ["well"]
    with pytest.raises(Problem) as told, office.store.work("answer") as unit:
        unit.revise(Participant, office.hers, actual_release=DAY)
    assert told.value.code == "not-allowed"
    with office.store.read() as unit:
        whole = plans.contents(unit, unit.first(sa.select(Plan)).id)
        assert "every_day" in whole.pack.parts()
        assert not {"crisis_signs", "children", "conditions"} & whole.pack.parts().keys()
    with pytest.raises(Problem) as told, office.store.work("answer") as unit:  # and no part she is not shown
        unit.create(PlanAnswer, participant=office.hers, plan=whole.plan.id, part="crisis_signs", words="over hers")
    assert told.value.code == "not-allowed"
    with office.store.work("answer") as unit:  # what is empty for her stays as it is
        unit.revise(Participant, office.hers, large_print=True)
    office.store.sign_in(office.lead)
    with office.store.read() as unit:
        assert unit.get(Participant, office.hers).actual_release == dt.date(2026, 11, 1)
    assert checking.check(office.store) == []


EVERY_SEAT = [
    Who(Id("1" * 32), "x", administrator, role, scope)
    for role in ROLES for scope in ("", *map(str, Scope)) for administrator in (False, True)
]  # fmt: skip
UNSEEN = {Right.LISTS, Right.MOVE, Right.SETTLE, Right.SYNC, Right.COPY}  # of somebody who does not see every woman


def _allowed(who: Who) -> set[Right]:
    """What the declarations give, worked out once more."""
    given = RIGHTS[who.role] | (ADMINISTRATORS if who.administrator else set())
    sees_all = Right.SEE in RIGHTS[who.role] and who.role != "volunteer" and (
        who.scope == "all" or (not who.scope and who.role != "peer_supporter")
    )  # fmt: skip
    return set(given) if sees_all else given - UNSEEN


def test_every_act_of_every_role_and_scope(office: Office) -> None:
    """From the declarations: each act is let in exactly where role and scope have its right, and so does ``work``."""
    of_right = {declared.right: act for act, declared in ACTS.items()}
    for who in EVERY_SEAT:
        allowed = _allowed(who)
        assert {act for act in ACTS if may(who, act)} == {act for act, one in ACTS.items() if one.right in allowed}
        office.store._seat(who)
        for right, act in of_right.items():
            assert _is_let_in(office.store, act) == (right in allowed), (who, act)
    for who in (next(w for w in EVERY_SEAT if w.role == role and not w.administrator) for role in ("volunteer", "it")):
        office.store._seat(who)
        for act, declared in ACTS.items():
            assert _is_let_in(office.store, act) == (declared.right in _allowed(who)), act
        assert not _is_let_in(office.store, "an act of nobody")


def _is_let_in(store: Store, act: str) -> bool:
    try:
        with store.work(act):
            return True
    except Problem as problem:
        if problem.code != "not-allowed":
            raise
        return False


def test_a_part_is_never_taken_for_all(office: Office) -> None:
    """Who sees some women only cannot copy, merge, move or read lists: others would lose what is not seen."""
    for scope in ("own", "team", "site"):
        office.seat(Role.COORDINATOR, scope)
        for act in (
            "export_bundle",
            "import_bundle",
            "read_list",
            "settle_conflict",
            "records_export",
            "release_record",
        ):
            with pytest.raises(Problem) as told, office.store.work(act):
                pass
            assert told.value.code == "not-allowed"


def test_numbers_are_counted_from_all_women_and_name_none(office: Office) -> None:
    office.seat(Role.EVALUATOR)
    with office.store.whole("measures") as unit:
        counted = measures.measures(unit)["wrap_30_days"]
    office.store.sign_in(office.lead)
    with office.store.read() as unit:
        assert measures.measures(unit)["wrap_30_days"].counts == counted.counts
    office.seat(Role.IT)
    with pytest.raises(Problem), office.store.whole("measures"):
        pass


def test_an_auditor_reads_the_record_of_use_and_none_of_her_words(office: Office) -> None:
    with office.store.work("find") as unit:
        use.find(unit, "canary", 1)
    with office.store.work("add_request") as unit:
        requests.add_request(unit, asker="family", who="A caller", about="Canary Jones", what="Is canary there?")
    office.seat(Role.AUDITOR)
    with office.store.whole("list_use") as unit:
        assert any(line.woman for line in use.list_use(unit).rows)
    out = office.store.folder.parent / "log.jsonl"
    use_export.export_log(office.store, out)
    said = out.read_text("utf-8")
    for kept in ('"kind":"plan_answer"', '"act":"find"', '"act":"add_request"'):
        assert kept in said
    assert "canary" not in said.casefold()


@pytest.mark.controls("164.312(a)(2)(ii)")
def test_beyond_her_list_with_a_reason(office: Office, clock: Clock) -> None:
    store = office.store
    clock.now = dt.datetime.now(dt.UTC)  # a database asks its own
    peer = office.seat(Role.PEER_SUPPORTER)
    with pytest.raises(Refused):
        assigning.break_glass(store, "R2", " ")
    with pytest.raises(NotFound):
        assigning.break_glass(store, "R77", "her sister is at the gate")
    assert assigning.break_glass(store, "R-2", "her sister is at the gate") == office.other
    with store.read() as unit:
        assert unit.get(Participant, office.other).department_number == "R2"
        assert "canary-R2-crisis_signs" in _words(store)
    with pytest.raises(Problem), store.work("look_at_break_glass"):
        pass
    store.sign_in(office.lead)  # an administrator
    with store.read() as unit:
        (one,) = assigning.beyond(unit, open_only=True)
        assert (one.who, one.reason, one.department_number) == (
            "upeer_supporterFalse",
            "her sister is at the gate",
            "R2",
        )
    with store.work("look_at_break_glass") as unit:
        assigning.look_at_break_glass(unit, one.id, "It was right.")
    with store.read() as unit:
        assert assigning.beyond(unit, open_only=True) == []
        assert assigning.beyond(unit)[0].looked_at_by == "lead"
    with store.work("test") as unit:  # the day is over
        unit.revise(assigning.BreakGlass, one.id, through=dt.date(2000, 1, 1))
    store.sign_in(peer)
    with store.read() as unit:
        assert unit.find(Participant, office.other) is None
    volunteer = office.seat(Role.VOLUNTEER)
    assert volunteer
    with pytest.raises(Problem):
        assigning.break_glass(store, "R2", "her sister is at the gate")


def test_nobody_looks_at_their_own(office: Office, clock: Clock) -> None:
    clock.now = dt.datetime.now(dt.UTC)
    office.seat(Role.SUPERVISOR, "own")
    assigning.break_glass(office.store, "R2", "her sister is at the gate")
    with office.store.read() as unit:
        one = assigning.beyond(unit)[0]
    with pytest.raises(Problem) as told, office.store.work("look_at_break_glass") as unit:
        assigning.look_at_break_glass(unit, one.id)
    assert told.value.code == "own"


def test_the_women_of_a_group(office: Office) -> None:
    office.seat(Role.PEER_SUPPORTER, "team", "north")
    one = office.seat(Role.COORDINATOR, "own", "north")
    office.store.sign_in(office.lead)
    with office.store.work("assign") as unit:
        assigning.assign(unit, office.other, one)
        assert [worker.person for worker in assigning.workers_of(unit, office.other)] == [one]
    with office.store.read() as unit:
        peer = assigning.person_named(unit, "upeer_supporterteamFalsenort")
    office.store.sign_in(peer)
    with office.store.read() as unit:
        assert unit.find(Participant, office.other) is not None
    office.store.sign_in(office.lead)
    with office.store.work("unassign") as unit:
        assigning.unassign(unit, office.other, one)
    office.store.sign_in(peer)
    with office.store.read() as unit:
        assert unit.find(Participant, office.other) is None


def test_lists_pages_and_stories_hold_what_she_may_see(office: Office) -> None:
    office.seat(Role.VOLUNTEER)
    with office.store.read() as unit:
        due.due(unit)
        assert {row.id for row in women.search(unit, "").rows} == {office.hers}
        whole = plans.contents(unit, unit.first(sa.select(Plan)).id)
        said = (
            str(record_files.story(unit, office.hers)) + str([vars(one) for one in whole.answers.values()]) + str(whole)
        )
        assert "canary-R1-well" in said
        for kept in ("crisis_signs", "children", "conditions", "supporter"):
            assert f"canary-R1-{kept}" not in said
        assert unit.all(sa.select(Enrolment))


def test_every_sensitive_field_and_kind_is_declared() -> None:
    """What would be asked of the declarations by somebody who reads the page of roles."""
    told = {kind: sorted(name for name, spec in fields(cls).items() if spec.sensitive) for kind, cls in kinds().items()}
    assert told["participant"] == [
        "actual_release",
        "admitted_on",
        "expected_release",
        "parole_hearing",
        "release_type",
    ]
    assert {kind for kind, cls in kinds().items() if cls.sensitive or cls.sensitive_by} >= {
        "goal", "need_tag", "other_wording", "plan_answer", "plan_event", "plan_item", "safety_report", "supporter",
    }  # fmt: skip
    assert set(RIGHTS) == set(Role)
    assert Right.RUN not in frozenset().union(*RIGHTS.values())
