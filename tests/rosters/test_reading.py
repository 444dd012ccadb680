"""How one file is read: alphabets, delimiters, headings, names, numbers, dates, and what is rejected."""

from __future__ import annotations

import datetime as dt

import pytest

from reentry_desktop.base.folding import fold, plain_number
from reentry_desktop.base.problems import Problem
from reentry_desktop.rosters import Mapping, load_mapping, read, save_mapping
from reentry_desktop.rosters.dates import NotADate, parse
from reentry_desktop.rosters.headings import recognize
from reentry_desktop.rosters.names import join, readable, split

from .conftest import HEAD, TODAY

WOMAN = 'K48771,"Muñoz, Zoë Renée",4/14/1959,2B,12/28/2026,2/13/2029'


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("alphabet", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_alphabets(alphabet, end):
    reading = read("list", end.join([HEAD, WOMAN, ""]).encode(alphabet), today=TODAY)
    (line,) = reading.lines
    assert (line.first_name, line.middle_name, line.last_name) == ("Zoë", "Renée", "Muñoz")
    assert not line.spoiled


@pytest.mark.parametrize("mark", list(",;\t|^~!"))
def test_delimiters(mark):
    text = "A LIST, OF WOMEN; RUN DATE 11/20/2026\n\nMDOC #*First Name*Last Name*DOB\nK48771*Zoë*Muñoz*4/14/1959\n"
    reading = read("list", text.replace("*", mark).encode(), today=TODAY)
    assert [(x.line, x.first_name, x.last_name, x.date_of_birth) for x in reading.lines] == [
        (4, "Zoë", "Muñoz", day("1959-04-14"))
    ]
    assert reading.dated == day("2026-11-20")
    hinted = read("list", f"sep={mark}\n{text}".replace("*", mark).encode(), today=TODAY)
    assert hinted.lines[0].line == 5


def test_quotation_marks(rows):
    """A quoted cell may run over lines; one that is never closed spoils its own line only."""
    found = rows(
        'K1001,"Bell, Misty",1/2/1980,"2B\nlower"',
        'K1002,"Bell, Ann,1/2/1980,2B',
        'K1003,"Bell, Sue",1/2/1980,5" wall',
        *(f'K20{n},"Bell, Amy",1/2/1980,2B' for n in range(10, 20)),
    )
    assert [line.department_number for line in found.lines][:2] == ["K1001", "K1003"]
    assert found.lines[0].unit == "2B lower"
    assert found.lines[1].unit == '5" wall'
    assert found.lines[1].line == 5
    assert [(r.line, "never closed" in r.reason) for r in found.rejected] == [(4, True)]
    assert len(found.lines) == 12


def test_what_is_no_line(rows):
    found = rows(
        "UNIT 2B",
        WOMAN,
        "",
        ",,,",
        HEAD,
        "WOMEN: UNIT 4,,,,",
        "TOTAL,40,,",
        ",Total women: 40",
        "Count: 40",
        "40,TOTAL",
        "Page 1 of 3",
        "End of report",
    )
    assert len(found.lines) == 1
    assert not found.rejected


def test_rejected_and_warned(rows):
    found = rows(
        ',"Bell, Misty",1/2/1980',
        'N/A,"Bell, Misty",1/2/1980',
        'K1001,,1/2/1980,"2B"',
        'K1002,"Bell, Ann",2/30/1980',
        'K1003,"Bell, Ann",11/24/2026',
        'K1004,"Bell, Ann",1/1/1900',
        '1.9E+05,"Bell, Ann",1/1/1980',
        'soon,"Bell, Ann",1/1/1980',
        f'K1005,"Bell, {"A" * 61}",1/1/1980',
        'K1006,"Bell, Ann",,2B,soon,LIFE',
        'K1007,"Bell, Amy",11/23/2026,2B,05/2029,12/31/9999',
    )
    assert [r.line for r in found.rejected] == list(range(2, 11))
    assert all(r.reason.endswith(".") for r in found.rejected)
    assert [(w.line, w.field) for w in found.warnings] == [
        (11, "date_of_birth"),
        (11, "parole_hearing"),
        (12, "date_of_birth"),
        (12, "parole_hearing"),
    ]
    assert [(x.parole_hearing, x.expected_release) for x in found.lines] == [(None, None), (None, None)]


def test_one_number_twice(rows):
    """Her second line adds what the first leaves open and is repeated; another woman under her number is rejected."""
    found = rows(
        'K1001,"Bell, Misty A",1/2/1980,2B,,1/1/2030',
        'k1001,"BELL, MISTY ANN",1/2/80,2B,5/5/2029,2/2/2030',
        'K1001,"Young, Zora",3/3/1991,4A',
    )
    first, second = found.lines
    assert (first.repeated, second.repeated) == (False, True)
    assert (first.middle_name, first.parole_hearing, first.line) == ("Ann", day("2029-05-05"), 2)
    assert first.expected_release == day("2030-01-01")
    assert [(w.line, w.field) for w in found.warnings] == [(3, "expected_release")]
    assert [(r.line, "Line 2" in r.reason) for r in found.rejected] == [(4, True)]


def test_places(one):
    head = "Facility,Offender ID,Last Name,First Name,County,Release Plan County,Unit,Bed"
    line = one("Central,48324,PARKER II,KEISHA,DE SOTO COUNTY,LEE,Q-1,17", head)
    assert (line.site, line.unit, line.suffix) == ("Central", "Q-1", "II")
    assert (line.county_of_conviction, line.county_of_return) == ("De Soto", "Lee")
    assert one(WOMAN).site == ""


@pytest.mark.parametrize("spoiled", ["Nguy?n", "Nguy\ufffdn"])
def test_spoiled(one, spoiled):
    line = one(f'K48771,"{spoiled.upper()}, ZORA",4/14/1959')
    assert line.spoiled
    assert line.last_name == spoiled


def test_workbook_cells(workbook):
    """Typed and text cells, a title, an empty column, other sheets, and dates as bare numbers."""
    women = [
        ["Women's housing roster", None, None, None],
        ["Number", "Last, First", None, "Birthdate", "Hearing"],
        [31982, "McCoy, Ashley Renee", None, dt.datetime(2004, 11, 6), 46000],
        ["t22203 ", "Usher, Imani", None, "12/3/77", "N/A"],
        [31983.0, "O'NEAL, ANN", None, dt.date(1980, 1, 2), dt.datetime(2028, 2, 29, 8, 30)],
        [True, "Bell, Ann", None, dt.date(1980, 1, 2)],
    ]
    reading = read("list", workbook(Notes=[["not for us"]], Women=women), today=TODAY)
    assert reading.sheet == "Women"
    assert [(x.department_number, x.line) for x in reading.lines] == [("31982", 3), ("T22203", 4), ("31983", 5)]
    assert [x.parole_hearing for x in reading.lines] == [day("2025-12-09"), None, day("2028-02-29")]
    assert reading.lines[1].date_of_birth == day("1977-12-03")
    assert [r.line for r in reading.rejected] == [6]


def test_a_second_sheet_with_a_list_is_named(workbook):
    head = ["Number", "Name", "DOB"]
    data = workbook(One=[head, ["K1001", "Bell, Ann", "1/2/80"]], Two=[head, ["K1002", "Bell, Amy", "1/2/80"]])
    reading = read("list", data, today=TODAY)
    assert reading.sheet == "One"
    assert [w.line for w in reading.warnings] == [0]
    assert "Two" in reading.warnings[0].sentence
    other = read("list", data, today=TODAY, mapping=Mapping({}, sheet="Two"))
    assert [x.department_number for x in other.lines] == ["K1002"]
    with pytest.raises(Problem, match="no page “Three”"):
        read("list", data, today=TODAY, mapping=Mapping({}, sheet="Three"))


def test_mapping(rows):
    """What a person chose goes first, an empty field leaves a column out, the rest is recognized."""
    head = "MDOC #,Name,Date,Date,DOB"
    lines = ('K1001,"Bell, Ann",5/5/2029,6/6/2030,1/2/1980',)
    assert rows(*lines, head=head).mapping["Date (2)"] == ""
    mapping = Mapping({"date": "parole_hearing", "DATE (2)": "expected_release", "dob": ""})
    found = rows(*lines, head=head, mapping=mapping)
    assert found.lines[0].parole_hearing == day("2029-05-05")
    assert found.lines[0].expected_release == day("2030-06-06")
    assert found.lines[0].date_of_birth is None
    assert not found.warnings
    assert found.source == rows(*lines, head=head.lower()).source
    assert found.source != rows(WOMAN).source


def test_mapping_by_place():
    places = {"#1": "name", "#2": "department_number"}
    found = read("list", b"Bell Ann;K1001\nYoung Sue;K1002", today=TODAY, mapping=Mapping(places))
    assert [(x.line, x.department_number) for x in found.lines] == [(1, "K1001"), (2, "K1002")]
    assert found.mapping == places


def test_mapping_file():
    mapping = Mapping({"Nummer": "department_number", "Note": ""}, sheet="A")
    assert load_mapping(save_mapping(mapping)) == mapping
    assert load_mapping(b'\xef\xbb\xbf{"Nummer": "department_number"}') == Mapping({"Nummer": "department_number"})
    wrong = [b"", b"[]", b"{", b'{"columns": 3}', b'{"columns": {}, "x": 1}', b"\xff", b'{"A": "shoe"}', b'{"A": 1}']
    for data in [*wrong, b'{"A": "unit", "B": "unit"}', b"[" * 100_000]:
        with pytest.raises(Problem, match="mapping"):
            load_mapping(data)


@pytest.mark.parametrize(
    ("heading", "field"),
    {
        "MDOC#": "department_number", "ID No.": "department_number", "Inmate ID": "department_number",
        "OFFENDER NUMBER": "department_number", "Inmate": "name", "Offender Name (Last, First)": "name",
        "Last, First MI": "name", "Surname": "last_name", "FNAME": "first_name", "M.I.": "middle_name",
        "D.O.B.": "date_of_birth", "Birth Date": "date_of_birth", "Institution": "site", "Living Unit": "unit",
        "Cell/Bed": "unit", "Date Received": "admitted_on", "Next Parole Hearing Date": "parole_hearing",
        "Parole Eligibility Date": "parole_hearing", "Last hearing": "", "Projected Release Date": "expected_release",
        "TRD": "expected_release", "Actual release date": "", "County of return": "county_of_return",
        "Sentencing County": "county_of_conviction", "SSN": "", "Race": "", "Phone number": "", "Cell phone": "",
    }.items(),
)  # fmt: skip
def test_headings(heading, field):
    assert recognize([heading], {}) == {heading: field}


def test_the_surer_heading_wins():
    found = recognize(["No.", "Parole Elig Date", "Hearing Date", "MDOC #", "Bed", "Housing Unit"], {})
    assert found == {
        "No.": "", "Parole Elig Date": "", "Hearing Date": "parole_hearing", "MDOC #": "department_number", "Bed": "",
        "Housing Unit": "unit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("PARKER II, KEISHA RENEE", ("Keisha", "Renee", "Parker", "II")),
        ("Parker, Keisha Renee Jr.", ("Keisha", "Renee", "Parker", "Jr")),
        ("PARKER, JR., KEISHA", ("Keisha", "", "Parker", "Jr")),
        ("DE LA CRUZ, ANA MARÍA", ("Ana", "María", "De La Cruz", "")),
        ("MCCOY, DEBORAH V", ("Deborah", "V", "McCoy", "")),
        ("O’NEAL,LAKEISHA", ("Lakeisha", "", "O'Neal", "")),
        ("Keisha Renee Parker III", ("Keisha", "Renee", "Parker", "III")),
        ("Ana De La Cruz", ("Ana", "", "De La Cruz", "")),
        ("SMITH-WALKER, ZOË (AKA JONES)", ("Zoë", "", "Smith-Walker", "")),
        ("McDONALD, Tanya D.", ("Tanya", "D.", "McDonald", "")),
        ("Parker", ("", "", "Parker", "")),
        ("Parker,", ("", "", "Parker", "")),
        (", Keisha", ("", "", "Keisha", "")),
        ("", ("", "", "", "")),
    ],
)
def test_split(written, parts):
    assert split(written) == parts


def test_split_by_heading_and_columns():
    assert split("De La Cruz Ana Maria", last_first=True) == ("Ana", "Maria", "De La Cruz", "")
    assert join("LAKEISHA", "A", "O'NEAL SR", "") == ("Lakeisha", "A", "O'Neal", "Sr")
    assert join("Mary-Ann", "", "St. Clair", "jr.") == ("Mary-Ann", "", "St. Clair", "Jr")


@pytest.mark.parametrize(
    "name",
    ["McCoy", "O'Neal", "De La Cruz", "Smith-Walker", "MacDonald", "Mack", "Machado", "Zúñiga", "St. Clair", "D.J.",
     "Sha'Niya", "Mc", "Nguyễn", "Angel's"],
)  # fmt: skip
def test_readable(name):
    assert readable(name.upper()) == name
    assert readable(name.lower()) == name
    assert readable(name) == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [(" l04739 ", "L04739"), ("K-48771", "K48771"), ("048324", "48324"), ("190715.0", "190715"), ("190,715", "190715"),
     ('="048324"', "48324"), ("#T1234", "T1234"), ("'128430", "128430"), ("=1+1", "=1+1"), ("0", "0"), ("", "")],
)  # fmt: skip
def test_plain_number(written, kept):
    assert plain_number(written) == kept


@pytest.mark.parametrize(
    ("text", "kind", "iso"),
    [
        ("4/14/59", "birth", "1959-04-14"), ("4/6/06", "birth", "2006-04-06"), ("1/2/20", "birth", "1920-01-02"),
        ("01/02/1980", "birth", "1980-01-02"), ("1-2-1980", "birth", "1980-01-02"), ("2/13/98", "past", "1998-02-13"),
        ("2/13/29", "plan", "2029-02-13"), ("2029-02-13", "plan", "2029-02-13"), ("20290213", "plan", "2029-02-13"),
        ("2029-02-13 00:00:00", "plan", "2029-02-13"), ("2/13/2029 12:00 AM", "plan", "2029-02-13"),
        ("02132029", "plan", "2029-02-13"), ("13-FEB-2029", "plan", "2029-02-13"), ("46000", "plan", "2025-12-09"),
        ("Feb 13, 2029", "plan", "2029-02-13"), ("September 3rd, 2029", "plan", "2029-09-03"),
        ("3 Sept 29", "plan", "2029-09-03"), ("2/29/2028", "plan", "2028-02-29"),
    ],
)  # fmt: skip
def test_dates(text, kind, iso):
    assert parse(text, kind, TODAY) == day(iso)


@pytest.mark.parametrize(
    "text", ["", "N/A", "n/a", "LIFE", "-", "00/00/0000", "12/31/9999", "TBD", "9999-12-31", "99/99/9999"]
)
def test_no_date(text):
    assert parse(text, "plan", TODAY) is None


@pytest.mark.parametrize(
    "text", ["13/45/1999", "soon", "2/29/2027", "31/12/2028", "5/2029", "1/2/3", "2029-13-01", "may", "²/3/1999"]
)
def test_unreadable_dates(text):
    with pytest.raises(NotADate):
        parse(text, "plan", TODAY)


def test_bare_numbers_only_where_they_count_from_1900():
    with pytest.raises(NotADate):
        parse("46000", "plan", TODAY, serials=False)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("O’Neál", "oneal"), ("O'NEAL", "oneal"), ("Nguyễn", "nguyen"), ("Zúñiga", "zuniga"),
     ("Łukasz Ørsted", "lukasz orsted"),
     ("Straße", "strasse"), ("Smith-Walker", "smith-walker"), ("İ", "i")],
)  # fmt: skip
def test_fold(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded
