"""What is no list, or too much of one, gives one sentence and nothing else."""

from __future__ import annotations

import contextlib
import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reentry_desktop.base.problems import Problem
from reentry_desktop.rosters import LIMITS, Limits, Mapping, Unrecognized, load, read
from reentry_desktop.rosters.tables import check_size

from .conftest import DATA, HEAD, TODAY

pytestmark = pytest.mark.controls("SI-10")


def refusal(data, name="list", **more):
    with pytest.raises(Problem) as found:
        read(name, data, today=TODAY, **more)
    sentence = found.value.sentence
    assert name in sentence
    assert "nothing was changed" in sentence
    assert "\n" not in sentence
    return found.value


def packed(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40, "picture"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(200), "picture"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"<html><table><tr><td>MDOC #</td></tr></table>", "web page"),
        (b"\x1f\x8b\x08" + bytes(40), "packed"),
        (b"MZ\x90\x00" + bytes(40), "program"),
        (b"", "empty"),
        (b"\xef\xbb\xbf", "no words"),
        (b"\n\n , , \n", "no words"),
        (b"MDOC #,Name\n1\x002,\x00\x01\x02", "not a list"),
        (packed({"word/document.xml": "<w/>"}), "not an Excel list"),
        (packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook>"}), "damaged"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_not_a_list(data, word):
    assert word in refusal(data).sentence


def test_every_cut_of_a_workbook_is_refused():
    data = (DATA / "roster-facility.xlsx").read_bytes()
    for end in range(10, len(data), 499):
        refusal(data[:end])


def test_size_is_checked_before_reading(tmp_path):
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(2_000_000_000)  # a hole: no disk, no memory
    with pytest.raises(Problem, match=r"big\.csv is too large for a list \(2000 MB, at most 64 MB\)"):
        load(big)
    with pytest.raises(Problem, match="no file"):
        load(tmp_path)
    with pytest.raises(Problem, match="empty"):
        check_size("list", 0)
    check_size("list", LIMITS.file)
    with pytest.raises(Problem, match="too large"):
        check_size("list", LIMITS.file + 1)


def test_zip_bomb_by_its_directory(workbook):
    bomb = packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": b" " * 30_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb).code == "too-large"
    many = packed({"xl/workbook.xml": "", **{f"xl/{n}.xml": "" for n in range(2_100)}}, zipfile.ZIP_STORED)
    assert refusal(many).code == "too-large"
    honest = workbook(A=[["Number", "Name"], ["K48771", "Harris, Sabrina"]])
    assert refusal(honest, limits=Limits(unpacked=1_000)).code == "too-large"
    assert len(read("list", honest, today=TODAY).lines) == 1


def test_zip_bomb_that_lies_in_its_directory():
    """The directory says 1,000 bytes where 30 million come out: no more than the cap is ever unpacked."""
    bomb = packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": b" " * 30_000_000})
    lie = bomb.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1_000))
    assert lie != bomb
    tracemalloc.start()
    try:
        assert refusal(lie).code == "damaged"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_entities_are_refused():
    """Ten lines of XML that would grow to a gigabyte, in a workbook that is otherwise right."""
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    original = zipfile.ZipFile(DATA / "roster-facility.xlsx")
    members = {name: original.read(name) for name in original.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    body = sheet[sheet.index("<worksheet") :].replace("Harris", "&i;")
    assert "&i;" in body
    members["xl/worksheets/sheet1.xml"] = f"{laughs}]>{body}".encode()
    assert refusal(packed(members)).code == "damaged"
    members["xl/worksheets/sheet1.xml"] = sheet.encode()
    assert len(read("list", packed(members), today=TODAY).lines) == 30


def test_locked_workbook():
    data = bytearray(packed({"xl/workbook.xml": "<workbook/>"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(data)).code == "locked"


def test_too_wide_too_long_too_slow(workbook):
    wide = ",".join(["MDOC #", "Name", *(f"C{n}" for n in range(298))])
    assert "300 columns" in refusal(f"{wide}\n".encode()).sentence
    assert "300 columns" in refusal(workbook(A=[wide.split(",")])).sentence
    lines = [HEAD, *(f'{n},"Bell, Misty",11/4/1995' for n in range(10_000, 12_000))]
    long = "\n".join(lines).encode()
    assert refusal(long, limits=Limits(rows=2_000)).code == "too-long"
    assert len(read("list", long, today=TODAY, limits=Limits(rows=2_001)).lines) == 2_000
    assert refusal(long, limits=Limits(seconds=-1)).code == "too-slow"
    assert refusal(workbook(A=[[1]]), limits=Limits(seconds=-1)).code == "too-slow"


def test_formulas_are_never_evaluated(workbook):
    data = workbook(
        A=[
            ["Number", "Name", "Bed", "DOB"],
            ["K48771", '=HYPERLINK("http://x")', "2B", "1/2/1980"],
            ["=1+1", "Bell, Misty", "2B", "1/2/1980"],
            ["K22804", "Bailey, Kimberly", "=2*3", "1/2/1980"],
        ]
    )
    reading = read("list", data, today=TODAY)
    assert [line.unit for line in reading.lines] == [""]  # a formula never calculated has no value
    assert len(reading.rejected) == 2
    text = f'{HEAD}\nK1001,"=cmd|calc, Ann",1/2/1980\nK1002,"Bell, Misty",1/2/1980,=1+1\n=1+1,"Bell, Ann",1/2/1980\n'
    found = read("list", text.encode(), today=TODAY)
    assert [line.unit for line in found.lines] == ["=1+1"]  # kept as the text it is
    assert [(r.line, "formula" in r.reason or "number" in r.reason) for r in found.rejected] == [(2, True), (4, True)]


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦⁺")
def test_a_name_that_a_spreadsheet_would_run_is_no_name(sign):
    """Also in the width of an East Asian keyboard, which spreadsheets take for the same."""
    found = read("list", f'{HEAD}\nK1001,"{sign}cmd|calc, Ann",1/2/1980\n'.encode(), today=TODAY)
    assert not found.lines
    assert [r.reason for r in found.rejected] == ["The name begins like a formula of a spreadsheet."]


def test_no_headings_lets_a_person_choose():
    text = "Liste;2026\nGefangene;Wer;Geboren\nK48771;Harris, Sabrina;14.04.1959\nK22804;Bailey, Kim;1975-11-23\n"
    with pytest.raises(Unrecognized, match="Say which column") as found:
        read("list", text.encode(), today=TODAY)
    assert found.value.code == "no-header"
    assert found.value.columns == ["Gefangene", "Wer", "Geboren"]
    assert found.value.rows[2] == ["K48771", "Harris, Sabrina", "14.04.1959"]
    chosen = {"gefangene": "department_number", "Wer": "name", "Geboren": "date_of_birth"}
    reading = read("list", text.encode(), today=TODAY, mapping=Mapping(chosen))
    assert reading.mapping == {"Gefangene": "department_number", "Wer": "name", "Geboren": "date_of_birth"}
    assert [line.first_name for line in reading.lines] == ["Kim"]
    assert [r.line for r in reading.rejected] == [3]  # 14.04: no fourteenth month


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_random_bytes(data):
    with contextlib.suppress(Problem):
        read("list", data, today=TODAY)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=12), max_size=7), max_size=8), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])
)
def test_random_rows_below_right_headings(rows, encoding):
    text = "\n".join([HEAD, *(",".join(cells) for cells in rows)])
    try:
        reading = read("list", text.encode(encoding, "replace"), today=TODAY)
    except Problem:
        return
    numbers = [line.department_number for line in reading.lines if not line.repeated]
    assert len(numbers) == len(set(numbers))
    assert all(numbers)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_workbooks(data):
    good = bytearray((DATA / "roster-facility.xlsx").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(good) - 1), min_size=1, max_size=8)):
        good[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Problem):
        assert len(read("list", bytes(good), today=TODAY).lines) <= 30
