"""The three lists of the design give exactly what the truth file says, in any order of reading."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from reentry_desktop.rosters import Difference, changes, likely_duplicates, merge, read

from .conftest import DATA, TODAY

TRUTH = json.loads((DATA / "roster-truth.json").read_text(encoding="utf-8"))["women"]
SHORT = ("offender-list", "parole", "facility")


def plain(name):
    """As the truth file's head says: case, full stops and the kind of apostrophe do not count."""
    return name.casefold().replace(".", "").replace("’", "'")


def women(readings):
    """What stands after all were read: number -> (merged line, lists she stands in)."""
    pairs, places = {}, {}
    for short, reading in readings:
        for line in reading.lines:
            pairs.setdefault(line.department_number, []).append((reading.dated or TODAY, line))
            places.setdefault(line.department_number, set()).add(short)
    return {number: (merge(found), places[number]) for number, found in pairs.items()}


@pytest.mark.parametrize("order", list(permutations(SHORT)), ids="-".join)
def test_truth(lists, order):
    found = women([(short, lists[short]) for short in order])
    assert found.keys() == TRUTH.keys()
    for number, truth in TRUTH.items():
        line, places = found[number]
        assert places == set(truth["in_lists"]), number
        assert plain(line.first_name) == plain(truth["first"]), number
        assert plain(line.middle_name) == plain(truth["middle"]), number
        assert plain(line.last_name) == plain(truth["last"]), number
        assert plain(line.suffix) == plain(truth["suffix"]), number
        assert str(line.date_of_birth) == truth["date_of_birth"], number
        assert (line.parole_hearing.isoformat() if line.parole_hearing else None) == truth["parole_hearing"], number
        assert not line.spoiled


def test_every_order_gives_the_same_woman_to_the_letter(lists):
    found = [women([(s, lists[s]) for s in order]) for order in permutations(SHORT)]
    assert all(each == found[0] for each in found)


def test_counts(lists):
    """Banners, blank lines and totals are not read; the repeated line is; two lines of the parole list are rejected."""
    counts = {short: (len(r.lines), len(r.rejected), sum(x.repeated for x in r.lines)) for short, r in lists.items()}
    assert counts == {"offender-list": (41, 0, 1), "parole": (35, 2, 0), "facility": (30, 0, 0)}
    assert [line.line for line in lists["offender-list"].lines if line.repeated] == [18]
    assert all(not reading.warnings for reading in lists.values())


def test_rejected_lines_say_why(lists):
    broken, future = lists["parole"].rejected
    assert (broken.line, future.line) == (37, 38)
    assert "no department number" in broken.reason
    assert "13/45/1999" in broken.reason
    assert "future" in future.reason
    assert broken.text.startswith("Broken | Row")


def test_details_of_the_files(lists):
    by_number = {line.department_number: line for reading in lists.values() for line in reading.lines}
    assert by_number["58273"].last_name == "St. Clair"
    assert (by_number["48324"].last_name, by_number["48324"].suffix) == ("Parker", "II")
    assert by_number["K02961"].last_name == "Van Buren"
    assert by_number["31982"].last_name == "McCoy"  # typed as an Excel number
    assert by_number["176984"].county_of_return == "Lee"
    assert by_number["186638"].county_of_conviction == "Lee"
    assert by_number["186638"].county_of_return == ""
    assert lists["facility"].sheet == "Women's units"
    assert lists["offender-list"].dated == TODAY


def test_reading_again_changes_nothing(lists):
    for short, reading in lists.items():
        path = next(DATA.glob(f"roster-{short}.*"))
        again = read(path.name, path.read_bytes(), today=TODAY)
        assert again == reading
        difference = changes(reading.lines, again.lines)
        assert difference == Difference([], [], [], [])


def test_nobody_of_the_three_lists_is_taken_for_another(lists):
    merged = [line for line, _places in women(lists.items()).values()]
    assert likely_duplicates(merged) == []
