"""Several lists of one woman, two readings of one list, and women who may be one."""

from __future__ import annotations

import datetime as dt
import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reentry_desktop.rosters import Line, changes, disagreements, likely_duplicates, merge
from reentry_desktop.rosters.duplicates import sound

from .conftest import TODAY

MONDAY, TUESDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 17)
EARLY, LATE, PAST = dt.date(2027, 1, 1), dt.date(2028, 1, 1), dt.date(2026, 1, 1)


def merged(field, *values):
    """What is kept of one field from (day, value) pairs; the same in any order."""
    pairs = [(day, Line(line=n, department_number="K1", **{field: value})) for n, (day, value) in enumerate(values)]
    found = {getattr(merge(order), field) for order in permutations(pairs)}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("field", "kept", "values"),
    [
        ("middle_name", "Denise", [(TUESDAY, "D."), (MONDAY, "Denise"), (TUESDAY, "")]),
        ("middle_name", "Renée", [(TUESDAY, "Ren?e"), (MONDAY, "Renée")]),
        ("last_name", "Nguyễn", [(TUESDAY, "Nguy?n"), (MONDAY, "Nguyễn")]),
        ("last_name", "Nguyễn", [(TUESDAY, "Nguy???n"), (MONDAY, "Nguyễn")]),
        ("last_name", "Nguy?n", [(TUESDAY, "Nguy?n"), (MONDAY, "Smith")]),
        ("last_name", "Jones", [(TUESDAY, "Jones"), (MONDAY, "Smith"), (MONDAY, "Smith")]),
        ("last_name", "McCoy", [(TUESDAY, "Mccoy"), (MONDAY, "McCoy")]),
        ("first_name", "Zoë", [(TUESDAY, "Zoe"), (MONDAY, "Zoë")]),
        ("first_name", "Zoë", [(MONDAY, "Zoë"), (TUESDAY, "")]),
        ("unit", "4A", [(TUESDAY, "4A"), (MONDAY, "2B"), (TUESDAY, "")]),
        ("parole_hearing", EARLY, [(MONDAY, EARLY), (MONDAY, LATE), (TUESDAY, None)]),
        ("parole_hearing", LATE, [(MONDAY, EARLY), (TUESDAY, LATE)]),
        ("parole_hearing", LATE, [(MONDAY, PAST), (MONDAY, LATE)]),
        ("parole_hearing", PAST, [(MONDAY, PAST), (TUESDAY, None)]),
        ("date_of_birth", PAST, [(MONDAY, PAST), (MONDAY, PAST), (TUESDAY, LATE)]),
        ("date_of_birth", LATE, [(MONDAY, PAST), (TUESDAY, LATE)]),
        ("date_of_birth", PAST, [(MONDAY, PAST), (MONDAY, LATE)]),
        ("admitted_on", LATE, [(MONDAY, PAST), (MONDAY, LATE)]),
        ("county_of_return", "Lee", [(MONDAY, "Lee"), (TUESDAY, "")]),
        ("county_of_return", "", [(MONDAY, ""), (TUESDAY, "")]),
    ],
)
def test_merge(field, kept, values):
    assert merged(field, *values) == kept


def test_conviction_never_becomes_return():
    line = merge([(MONDAY, Line(county_of_conviction="Lee")), (MONDAY, Line(unit="2B"))])
    assert (line.county_of_return, line.county_of_conviction) == ("", "Lee")


def test_merge_of_nothing():
    with pytest.raises(ValueError, match="no line"):
        merge([])


LINES = st.builds(
    Line,
    line=st.integers(1, 3),
    first_name=st.sampled_from(["", "Zoë", "Zoe", "Zo?", "Ann"]),
    middle_name=st.sampled_from(["", "R", "R.", "Renée", "Ren?e", "Ann"]),
    last_name=st.sampled_from(["", "Mccoy", "McCoy", "M?Coy", "Smith", "Sm??th"]),
    date_of_birth=st.sampled_from([None, PAST, EARLY]),
    parole_hearing=st.sampled_from([None, PAST, EARLY, LATE]),
    unit=st.sampled_from(["", "2B", "4A"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([MONDAY, TUESDAY]), LINES), min_size=1, max_size=5), st.randoms())
def test_order_never_counts(pairs, chance):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    result = merge(pairs)
    assert merge(shuffled) == result
    for field in ("first_name", "middle_name", "last_name", "unit", "date_of_birth", "parole_hearing"):
        values = {getattr(line, field) for _day, line in pairs}
        assert getattr(result, field) in values
        assert bool(getattr(result, field)) == bool(values - {"", None})  # empty never replaces a value


def test_disagreements():
    pairs = [(MONDAY, Line(parole_hearing=LATE, admitted_on=PAST)), (MONDAY, Line(parole_hearing=EARLY))]
    assert disagreements(pairs) == {"parole_hearing": [EARLY, LATE]}


def test_changes():
    before = [
        Line(department_number="A1", unit="2B", parole_hearing=LATE),
        Line(department_number="A2", unit="2B"),
        Line(department_number="A3", unit="2b ", expected_release=LATE),
        Line(department_number="A4", unit="", site="North"),
    ]
    after = [
        Line(department_number="A5"),
        Line(department_number="A4", unit="2B", site="South"),
        Line(department_number="A3", unit="2B ", expected_release=None),
        Line(department_number="A1", unit="4A", parole_hearing=EARLY),
        Line(department_number="A1", unit="9Z", repeated=True),
    ]
    found = changes(before, after)
    assert [x.department_number for x in found.new] == ["A5"]
    assert [x.department_number for x in found.left] == ["A2"]
    assert [(m.field, m.before.department_number, m.after.unit) for m in found.moved_unit] == [
        ("unit", "A1", "4A"),
        ("site", "A4", "2B"),
    ]
    assert [(m.field, m.after.department_number) for m in found.moved_dates] == [
        ("parole_hearing", "A1"),
        ("expected_release", "A3"),
    ]


def pairs_of(*women):
    lines = [
        Line(department_number=number, last_name=last, first_name=first, date_of_birth=born)
        for number, last, first, born in women
    ]
    forward, backward = likely_duplicates(lines), likely_duplicates(reversed(lines))
    assert forward == backward
    assert all(pair.sentence for pair in forward)
    return [(pair.a.department_number, pair.b.department_number, pair.why) for pair in forward]


def test_likely_duplicates():
    born, other = dt.date(1980, 1, 2), dt.date(1981, 1, 2)
    assert pairs_of(
        ("K1001", "O’Neál", "Ann", born),
        ("T9000", "ONEAL", "ANN", born),  # same name and birth date
        ("K2001", "González", "Catherine", born),
        ("R5555", "Gonzales", "Kathryn", born),  # sounds alike
        ("48324", "Parker", "Keisha", born),
        ("48234", "Parker", "Keisha", other),  # two neighbors swapped
        ("78324", "Parker", "Keisha", None),  # one digit
        ("K3001", "Bell", "Ann", born),
        ("K3002", "Young", "Ann", born),
        ("K7777", "Bell", "Ann", other),
        ("K1001", "O’Neál", "Ann", born),  # the same number: the same woman
    ) == [
        ("48234", "48324", "name_and_digit"),
        ("48324", "78324", "name_and_digit"),
        ("K1001", "T9000", "name_and_birth"),
        ("K2001", "R5555", "sound_and_birth"),
    ]


def test_sound():
    assert sound("Katherine") == sound("Cathryn")
    assert sound("Nguy?n") == sound("Nguyễn")
    assert sound("Bell") != sound("Young")
    assert sound("") == ""


def test_a_list_of_one_name_stays_linear():
    """Everybody with one name and one birth date: still no more than two pairs a woman of each kind."""
    women = [
        Line(department_number=f"{n:06}", last_name="A", first_name="B", date_of_birth=TODAY) for n in range(3_000)
    ]
    random.Random(7).shuffle(women)
    assert len(likely_duplicates(women)) < 3_000 * 30
