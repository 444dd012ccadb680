"""Sticks: how their serial is read, the register, who carried what, wiping, and only registered ones by policy."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pytest

from reentry_desktop.actions import media, staff, sync
from reentry_desktop.actions.record_files import history
from reentry_desktop.base import media as volumes
from reentry_desktop.base.ids import Id
from reentry_desktop.base.problems import NotFound, Problem, Refused
from reentry_desktop.base.words import in_language
from reentry_desktop.exchange.outgoing import Sent
from reentry_desktop.records import Carriage, Participant, Stick
from reentry_desktop.records.media import StickBecame
from reentry_desktop.store import Store, open_store

from ..reports.reading import squeezed, texts
from ..sticks import plug_in
from ..stores import DAY, Clock, assert_whole, enrolled, exchange_cards, payloads

# What the system tells

KINGSTON = (  # a STORAGE_DEVICE_DESCRIPTOR of a stick: vendor, product, revision, serial
    struct.pack("<II4BIIIIII", 36, 84, 0, 0, 1, 0, 36, 45, 62, 67, 7, 0)
    + b"Kingston\0DataTraveler 3.0\0PMAP\0E0D55EA573DCF450\0"
)


@pytest.mark.parametrize(
    ("answer", "serial"),
    [
        (KINGSTON, "E0D55EA573DCF450"),
        (KINGSTON[:24] + struct.pack("<I", 0) + KINGSTON[28:], ""),  # it has none
        (KINGSTON[:24] + struct.pack("<I", 0xFFFFFFFF) + KINGSTON[28:], ""),
        (KINGSTON[:24] + struct.pack("<I", 4000) + KINGSTON[28:], ""),
        (KINGSTON[:67] + b"  \x07AB\xff 12  ", "AB 12"),
        (KINGSTON[:67], ""),
        (KINGSTON[:20], ""),
        (b"", ""),
    ],
)
def test_the_serial_in_what_windows_answers(answer: bytes, serial: str) -> None:
    assert volumes.descriptor_serial(answer) == serial


def test_the_number_of_a_volume_is_not_taken_for_a_serial() -> None:
    assert volumes.volume_serial(0x1A2B3C4D) == "volume 1A2B-3C4D"
    assert volumes.volume_serial(0) == ""


def _tree(root: Path, files: dict[str, bytes], links: dict[str, str]) -> tuple[Path, Path]:
    """A tree as the kernel and udev keep it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, target in links.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (root / target).mkdir(parents=True, exist_ok=True)
        path.symlink_to(root / target)
    return root / "sys", root / "udev"


USB = "sys/devices/pci0000:00/0000:00:14.0/usb1/1-2"
DISK = f"{USB}/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sdb"
HUB = {"sys/devices/pci0000:00/0000:00:14.0/usb1/idVendor": b"1d6b\n",
       "sys/devices/pci0000:00/0000:00:14.0/usb1/serial": b"0000:00:14.0\n"}  # fmt: skip
OF_USB = {f"{USB}/idVendor": b"0951\n", f"{DISK}/sdb1/partition": b"1\n", f"{DISK}/dev": b"8:16\n"}
SERIAL = {f"{USB}/serial": b"E0D55EA573DCF450\n"}
PART = {"sys/dev/block/8:17": f"{DISK}/sdb1"}


@pytest.mark.parametrize(
    ("files", "links", "serial"),
    [
        (HUB | OF_USB | SERIAL, PART, "E0D55EA573DCF450"),
        (HUB | OF_USB, PART, ""),  # never that of the hub above it
        (HUB | OF_USB | {"udev/b8:16": b"E:ID_SERIAL=Kingston_X\nE:ID_SERIAL_SHORT=X77\n"}, PART, "X77"),
        (HUB | OF_USB | {f"{DISK}/device/vpd_pg80": b"\x00\x80\x00\x04 V90\x00"}, PART, "V90"),
        (HUB | OF_USB | SERIAL, {  # what is opened on an encrypted stick
            "sys/dev/block/8:17": "sys/devices/virtual/block/dm-0",
            "sys/devices/virtual/block/dm-0/slaves/sdb1": f"{DISK}/sdb1",
        }, "E0D55EA573DCF450"),
        ({"sys/devices/mmc/block/mmcblk0/device/serial": b"0x1d2c3b4a\n"},
         {"sys/dev/block/8:17": "sys/devices/mmc/block/mmcblk0"}, "0x1d2c3b4a"),
        ({"sys/devices/virtual/block/loop0/dev": b"7:0\n"},
         {"sys/dev/block/8:17": "sys/devices/virtual/block/loop0"}, ""),
        ({"sys/dev/none": b""}, {}, ""),  # a folder in memory or on a network
    ],
    ids=["usb", "no serial", "udev", "scsi", "encrypted", "card", "virtual", "nothing"],
)  # fmt: skip
def test_the_serial_in_the_tree_of_linux(
    tmp_path: Path, files: dict[str, bytes], links: dict[str, str], serial: str
) -> None:
    sys_folder, udev = _tree(tmp_path, files, links)
    assert volumes.sysfs_serial("8:17", sys_folder, udev) == serial


@pytest.mark.parametrize(
    ("answer", "removable"),
    [
        (KINGSTON, True),
        (KINGSTON[:10] + b"\0" + KINGSTON[11:], True),  # a disk in a case, on USB
        (KINGSTON[:10] + b"\0" + KINGSTON[11:28] + struct.pack("<I", 17) + KINGSTON[32:], False),  # NVMe, in the PC
        (KINGSTON[:30], None),
    ],
)
def test_what_windows_says_of_taking_it_out(answer: bytes, removable: bool | None) -> None:
    assert volumes.descriptor_removable(answer) is removable


NVME = "sys/devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1"


@pytest.mark.parametrize(
    ("files", "links", "removable"),
    [
        (HUB | OF_USB | {f"{DISK}/removable": b"0\n"}, PART, True),  # on USB
        ({f"{NVME}/removable": b"0\n", f"{NVME}/nvme0n1p2/partition": b"2\n"},
         {"sys/dev/block/8:17": f"{NVME}/nvme0n1p2"}, False),
        ({f"{NVME}/removable": b"0\n"},
         {"sys/dev/block/8:17": "sys/devices/virtual/block/dm-0",
          "sys/devices/virtual/block/dm-0/slaves/nvme0n1": NVME}, False),
        ({"sys/devices/mmc/block/mmcblk0/removable": b"0\n", "sys/devices/mmc/block/mmcblk0/device/type": b"SD\n"},
         {"sys/dev/block/8:17": "sys/devices/mmc/block/mmcblk0"}, True),
        ({"sys/devices/x/block/sr0/removable": b"1\n"}, {"sys/dev/block/8:17": "sys/devices/x/block/sr0"}, True),
        ({"sys/dev/none": b""}, {}, None),
    ],
    ids=["usb", "nvme", "encrypted", "card", "says so", "nothing"],
)  # fmt: skip
def test_what_linux_says_of_taking_it_out(
    tmp_path: Path, files: dict[str, bytes], links: dict[str, str], removable: bool | None
) -> None:
    sys_folder, _udev = _tree(tmp_path, files, links)
    assert volumes.sysfs_removable("8:17", sys_folder) is removable


def test_a_stick_is_known_by_serial_name_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = volumes.look(plug_in(monkeypatch, tmp_path / "usb", "A1"))
    assert (found.serial, found.volume) == ("A1", "BLUE")
    assert found.size > 0
    assert volumes.look(tmp_path / "pulled") == volumes.Medium()


# The register


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return plug_in(monkeypatch, tmp_path / "usb", "A1")


def _register(store: Store, folder: Path, label: str = "") -> Id:
    with store.work("register_stick") as unit:
        return media.register_stick(unit, folder, label)


@pytest.mark.controls("MP-3")
def test_a_stick_is_registered_once(
    facility: Store, usb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _register(facility, usb)
    with facility.read() as unit:
        stick = unit.get(Stick, first)
        assert (stick.label, stick.serial, stick.volume, stick.registered_on) == ("S-01", "A1", "BLUE", DAY)
        assert stick.capacity.endswith("B")
    with pytest.raises(Refused, match="registered already, as S-01"):
        _register(facility, usb, "S-09")
    plug_in(monkeypatch, usb, "A2")
    with pytest.raises(Refused) as refused:
        _register(facility, usb, " s-01 ")
    assert set(refused.value.fields) == {"label"}
    with pytest.raises(Problem, match="not there"):
        _register(facility, tmp_path / "pulled")
    _register(facility, usb, "S-07")
    plug_in(monkeypatch, usb, "A3")
    _register(facility, usb)
    with facility.read() as unit:
        assert [stick.label for stick in media.sticks(unit)] == ["S-01", "S-07", "S-08"]
        assert media.stick_named(unit, "s-07").serial == "A2"
        with pytest.raises(NotFound):
            media.stick_named(unit, "S-99")


def test_a_stick_goes_out_of_use_and_says_why(facility: Store, usb: Path) -> None:
    stick = _register(facility, usb)
    with pytest.raises(Refused), facility.work("retire_stick") as unit:
        media.retire_stick(unit, stick, "")
    with pytest.raises(Refused), facility.work("retire_stick") as unit:
        media.retire_stick(unit, stick, "eaten")
    with facility.work("retire_stick") as unit:
        media.retire_stick(unit, stick, StickBecame.LOST)
    with facility.read() as unit:
        gone = unit.get(Stick, stick)
        assert (gone.became, gone.retired_on) == ("lost", DAY)
        assert media.stick_of(unit, "A1") is None
        assert media.next_label(unit) == "S-02"
    _register(facility, usb)  # found again: it gets a new line
    with facility.read() as unit:
        assert [s.label for s in media.sticks(unit)] == ["S-02", "S-01"]


def test_a_disk_of_the_pc_is_no_stick(facility: Store, usb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "look", lambda _folder: volumes.Medium("A1", "SYSTEM", 1 << 38, removable=False))
    with pytest.raises(Problem, match="a disk of the PC") as told:
        _register(facility, usb)
    assert told.value.code == "own-disk"
    monkeypatch.setattr(media, "look", lambda _folder: volumes.Medium("A1", "BLUE", 1 << 34))  # it does not tell
    _register(facility, usb)


def test_a_stick_without_a_serial_is_never_known_again(
    facility: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(monkeypatch, usb, "")
    _register(facility, usb)
    _register(facility, usb)
    with facility.read() as unit:
        assert [s.label for s in media.sticks(unit)] == ["S-01", "S-02"]
        assert media.stick_of(unit, "") is None


def test_only_an_administrator_registers(
    facility: Store, usb: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff.add_user(facility, name="ana", passphrase="violet anchor meadow tin")
    stick, folder = _register(facility, usb), facility.folder
    facility.close()
    plug_in(monkeypatch, usb, "A2")
    with open_store(folder, "ana", "violet anchor meadow tin", clock) as hers:
        with pytest.raises(Problem, match="Only an administrator"):
            _register(hers, usb, "S-05")
        with pytest.raises(Problem, match="Only an administrator"), hers.work("retire_stick") as unit:
            media.retire_stick(unit, stick, StickBecame.LOST)


# On its way


def _sent(store: Store, usb: Path) -> tuple[Sent, Id]:
    sent = sync.send(store, "OFFICE", usb)
    with store.read() as unit:
        return sent, media.carriage_named(unit, sent.sha256).id


@pytest.mark.controls("MP-5")
def test_who_carried_which_stick_when(facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, share="words")
    stick = _register(facility, usb)
    sent, carriage = _sent(facility, usb)
    with facility.read() as unit:
        (line,) = media.transport_log(unit)
        assert line.label == "S-01"
        one = line.carriage
        assert (one.stick, one.serial, one.file, one.size) == (stick, "A1", sent.file.name, str(sent.bytes))
        assert (one.from_site, one.to_site, one.copied_on) == ("North Facility", "State Office", DAY)
        assert (one.carrier, one.left_on, one.left_at) == ("", None, "")
    with pytest.raises(Refused), facility.work("carry") as unit:
        media.carry(unit, carriage, "  ")
    with facility.work("carry") as unit:
        media.carry(unit, carriage, "Officer Day")
    with facility.read() as unit:
        one = unit.get(Carriage, carriage)
        at = one.left_at
        assert (one.carrier, one.left_on) == ("Officer Day", DAY)
        assert dt.time.fromisoformat(at)
    with facility.work("carry") as unit:
        media.carry(unit, carriage, "Officer Daye")  # written right; when it left stays
    yesterday = DAY - dt.timedelta(days=1)
    with pytest.raises(Refused, match="before the stick left"), facility.work("returned") as unit:
        media.returned(unit, carriage, yesterday)
    with facility.work("returned") as unit:
        media.returned(unit, carriage)
    with facility.read() as unit:
        one = unit.get(Carriage, carriage)
        assert (one.carrier, one.left_at, one.returned_on, one.wiped_on) == ("Officer Daye", at, DAY, None)
        told = [line["what"] for line in history(unit, "carriage", carriage)]
        assert told == ["note_carriage", "carry", "carry", "returned"]
        for name in (sent.file.name, sent.file.stem, str(sent.file), carriage):
            assert media.carriage_named(unit, name).id == carriage
        with pytest.raises(NotFound):
            media.carriage_named(unit, "other.bundle")
    for on, at, why in ((yesterday, "8:00", "before the bundle was copied"), (DAY, "25:99", "time of day as 14:05")):
        with pytest.raises(Refused, match=why), facility.work("carry") as unit:
            media.carry(unit, carriage, "Officer Daye", on, at)
    with facility.work("carry") as unit:
        media.carry(unit, carriage, "Officer Daye", DAY, "8:00")
    with facility.read() as unit:
        assert unit.get(Carriage, carriage).left_at == "8:00"
    assert_whole(facility)
    # None of it leaves, and none of it is about her.
    again = sync.send(facility, "OFFICE", usb)
    sync.take_in(office, [sent.file, again.file])
    with office.read() as unit:
        assert media.sticks(unit) == []
        assert media.transport_log(unit) == []
        assert not [p for p in payloads(unit.connection) if p.get("kind") in ("stick", "carriage")]
    with facility.read() as unit:
        mine = [p for p in payloads(unit.connection) if p.get("kind") in ("stick", "carriage")]
        assert mine
        assert {p["share"] for p in mine} == {"site"}
        assert not any(woman in str(p) for p in mine)


def test_a_copy_that_fails_begins_no_line(facility: Store, office: Store, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    with pytest.raises(Problem):
        sync.send(facility, "OFFICE", tmp_path / "pulled")
    with facility.read() as unit:
        assert media.transport_log(unit) == []


def test_a_stick_that_came_back_is_wiped(facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    (first, one), (second, two) = _sent(facility, usb), _sent(facility, usb)
    with facility.work("carry") as unit:
        media.carry(unit, one, "Officer Day", DAY)
    half = usb / f"{second.file.name.replace('0002', '0003')}.part"
    half.write_bytes(b"half")
    others = [usb / name for name in ("OFFICE.card", "photos.zip", "repository.bundle", "store.backup")]
    for path in others:
        path.write_bytes(b"not ours to delete")
    assert media.ours_on(usb) == [first.file, second.file, half]
    with facility.work("wiped") as unit:
        done = media.wiped(unit, usb)
    assert done.files == (first.file.name, second.file.name, half.name)
    assert done.bundles == 2
    assert sorted(usb.iterdir()) == sorted(others)
    with facility.read() as unit:
        back, never_left = unit.get(Carriage, one), unit.get(Carriage, two)
        assert (back.wiped_on, back.returned_on) == (DAY, DAY)
        assert (never_left.wiped_on, never_left.returned_on) == (DAY, None)
    with facility.work("wiped") as unit:
        assert media.wiped(unit, usb) == media.Wiped((), 0)
    assert "proves nothing" in media.FLASH
    assert "encrypted" in media.FLASH


def test_what_lies_on_another_stick_is_not_called_wiped(
    facility: Store, office: Store, usb: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    exchange_cards(facility, office)
    sent, carriage = _sent(facility, usb)
    copy = tmp_path / "copy"
    copy.mkdir()
    plug_in(monkeypatch, usb, "A2")
    (copy / sent.file.name).write_bytes(sent.file.read_bytes())
    with facility.work("wiped") as unit:
        assert media.wiped(unit, copy) == media.Wiped((sent.file.name,), 0)
    with facility.read() as unit:
        assert unit.get(Carriage, carriage).wiped_on is None
    with pytest.raises(Problem, match="not there"), facility.work("wiped") as unit:
        media.wiped(unit, tmp_path / "pulled")


def test_a_stick_of_the_same_serial_is_not_called_wiped(
    facility: Store, office: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Makers repeat serials: what lay on it is noted, and of the registered stick what was copied onto that."""
    exchange_cards(facility, office)
    _never, before = _sent(facility, usb)  # onto a stick that nobody registered
    _register(facility, usb)
    (first, one), (second, two) = _sent(facility, usb), _sent(facility, usb)
    (usb / _never.file.name).rename(usb.parent / "kept")
    other = volumes.look(usb)
    for path in (first.file, second.file):
        path.unlink()
    monkeypatch.setattr(media, "look", lambda _folder: volumes.Medium("A1", "RED", other.size * 2))
    with facility.work("wiped") as unit:
        assert media.wiped(unit, usb) == media.Wiped((), 0)
    monkeypatch.setattr(media, "look", lambda _folder: other)
    with facility.work("wiped") as unit:
        assert media.wiped(unit, usb) == media.Wiped((), 2)  # their receiver had deleted them
    with facility.read() as unit:
        assert [unit.get(Carriage, c).wiped_on for c in (before, one, two)] == [None, DAY, DAY]


def test_a_stick_that_lets_nothing_be_deleted_is_told(
    facility: Store, office: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange_cards(facility, office)
    _sent_one, carriage = _sent(facility, usb)

    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(Problem, match="does not let the program delete"), facility.work("wiped") as unit:
            media.wiped(unit, usb)
    with facility.read() as unit:
        assert unit.get(Carriage, carriage).wiped_on is None


# Only registered sticks


def _only_registered(*stores: Store) -> None:
    for store in stores:
        with store.work("set_site") as unit:
            staff.set_site(unit, registered_sticks_only=True)


@pytest.mark.controls("MP-7")
def test_only_registered_sticks_are_taken_where_the_site_says_so(
    facility: Store, office: Store, usb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange_cards(facility, office)
    before = sync.send(facility, "OFFICE", usb).file
    _only_registered(facility, office)
    for attempt in (
        lambda: sync.send(facility, "OFFICE", usb),
        lambda: sync.take_in(office, [before]),
        lambda: sync.take_in(office, [before], trial=True),
    ):
        with pytest.raises(Problem, match="not registered") as problem:
            attempt()
        assert problem.value.code == "unregistered"
    assert [path.name for path in usb.iterdir()] == [before.name]
    for store in (facility, office):
        _register(store, usb)
    sync.send(facility, "OFFICE", usb)
    assert sync.take_in(office, [before])[0].status == sync.APPLIED
    plug_in(monkeypatch, usb, "")
    with pytest.raises(Problem, match="cannot read the serial") as problem:
        sync.send(facility, "OFFICE", usb)
    assert problem.value.code == "no-serial"
    plug_in(monkeypatch, usb, "A1")
    with facility.work("retire_stick") as unit:
        media.retire_stick(unit, media.stick_named(unit, "S-01").id, StickBecame.BROKEN)
    with pytest.raises(Problem, match="not registered"):
        sync.send(facility, "OFFICE", usb)


def test_a_stick_that_was_pulled_is_told_as_before(facility: Store, office: Store, usb: Path, tmp_path: Path) -> None:
    exchange_cards(facility, office)
    _only_registered(facility)
    with pytest.raises(Problem, match="is not there"):
        sync.send(facility, "OFFICE", tmp_path / "pulled")
    (taken,) = sync.take_in(facility, [tmp_path / "pulled" / "a.bundle"])
    assert taken.status == sync.SET_ASIDE
    assert taken.reason


# What is printed


def test_sheets_are_written_down_and_name_odd_letters(facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    stick, (_bundle, carriage) = _register(facility, usb), _sent(facility, usb)
    with facility.work("print_gate_sheet") as unit:
        pdf = media.gate_sheet(unit, carriage, "es")
        media.record_sheet(unit, "carriage", [carriage], pdf, how="printed", printer="Front desk")
        label = media.label_sheet(unit, [stick], "es")
    assert (pdf.pages, label.pages) == (1, 1)
    with facility.read() as unit:
        (told,) = [p for p in payloads(unit.connection) if p["act"] == "print_gate_sheet"]
        assert (told["record"], told["values"]["how"], told["values"]["printer"]) == (carriage, "printed", "Front desk")
        assert media.gate_sheet(unit, carriage, "es") == pdf  # the same values, the same bytes
    with facility.work("carry") as unit:
        media.carry(unit, carriage, "Officer 龍")
    with pytest.raises(Problem, match="龍") as problem, facility.read() as unit:
        media.gate_sheet(unit, carriage)
    assert problem.value.code == "letters"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_woman_of_the_bundle_is_on_its_gate_sheet(facility: Store, office: Store, usb: Path, language: str) -> None:
    exchange_cards(facility, office)
    woman, _episode = enrolled(facility, "R1001", first="Wilhelmina", last="Zúñiga", share="words", unit="C-7")
    with facility.work("register_stick") as unit:
        media.register_stick(unit, usb, "S-07")
    sent = sync.send(facility, "OFFICE", usb)
    with facility.read() as unit:
        words = squeezed(
            " ".join(texts(media.gate_sheet(unit, media.carriage_named(unit, sent.sha256).id, language).data))
        )
        her = unit.get(Participant, woman)
    for name in (her.first_name, her.last_name, her.department_number, her.unit, "lead"):
        assert name
        assert name not in words.split()
    assert sent.file.name in words
    assert "A1" in words
    changes = {in_language(language).ngettext(one, f"{one}s", sent.changes) for one in ("{n} change", "{n} record")}
    assert not any(said.format(n=sent.changes) in words for said in changes)
    for telling in ("plan", "wellness", "bienestar", "participant", "mental"):
        assert telling not in words.casefold()


def test_other_files_on_a_stick_are_seen(usb: Path) -> None:
    for name in ("a.bundle", "b.card", "c.bundle.part", ".Trashes", "System Volume Information"):
        (usb / name).write_bytes(b"x")
    assert not sync.other_files_in(usb)
    assert not sync.other_files_in(usb / "pulled")
    (usb / "._a.bundle").write_bytes(b"x")  # what a Mac leaves beside each file
    assert sync.bundles_in(usb) == [usb / "a.bundle"]
    for other in (usb / "list.xlsx", usb / "notes.2024"):
        other.write_bytes(b"x")
        assert sync.other_files_in(usb)
        other.unlink()


def test_what_was_not_brought_in_is_not_wiped_unasked(facility: Store, office: Store, usb: Path) -> None:
    exchange_cards(facility, office)
    own, theirs = sync.send(facility, "OFFICE", usb), sync.send(office, "NORTH", usb)
    with facility.read() as unit:
        assert media.not_brought_in(unit, usb) == [theirs.file.name]
    with pytest.raises(Problem, match=theirs.file.name), facility.work("wiped") as unit:
        media.wiped(unit, usb, also_new=False)
    assert own.file.exists()
    sync.take_in(facility, [theirs.file])
    with facility.work("wiped") as unit:
        assert len(media.wiped(unit, usb, also_new=False).files) == 2
