"""What a folder lies on: the serial its maker gave the stick, the stick's name and size. Without Qt, for scripts too.

Nothing is asked of the stick itself: Linux and Windows read these facts when it is put in, and tell them to anybody.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from .words import _

SYS, UDEV = Path("/sys"), Path("/run/udev/data")


@dataclass(frozen=True)
class Medium:
    """``serial`` is "" where the system does not tell it; ``size`` is in bytes, 0 where the folder is not there.

    ``removable`` is whether it is a stick, a card or a disk that is plugged in; None where the system does not tell.
    """

    serial: str = ""
    volume: str = ""
    size: int = 0
    removable: bool | None = None


def look(folder: Path) -> Medium:
    """What is known of the medium that *folder* lies on."""
    try:
        size, device = shutil.disk_usage(folder).total, folder.stat().st_dev
    except OSError:
        return Medium()
    if sys.platform == "win32":
        serial, volume, removable = _windows(folder)
    else:
        number = f"{os.major(device)}:{os.minor(device)}"
        serial, volume = sysfs_serial(number, SYS, UDEV), udev_value(number, "ID_FS_LABEL", UDEV)
        removable = sysfs_removable(number, SYS)
    return Medium(serial, volume, size, removable)


def show_size(size: int) -> str:
    """Bytes as people read them: ``14.2 GB``."""
    for unit, factor in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return _("{n} bytes").format(n=size)


def _printable(raw: bytes | str) -> str:
    """A serial as it is compared: sticks of some makers fill theirs with blanks, NULs and worse."""
    text = raw.decode("ascii", "ignore") if isinstance(raw, bytes) else raw
    return " ".join(re.sub(r"[^\x20-\x7e]", " ", text).split())[:120]


# Linux


def sysfs_serial(number: str, sys_folder: Path, udev: Path) -> str:
    """The serial of the disk that holds the block device *number* (``8:17``), from the kernel's own tree."""
    disk = _disk(number, sys_folder)
    for name in ("serial", "device/serial"):  # of a card reader, an NVMe or a virtual disk
        if serial := _read(disk / name):
            return serial
    for above in disk.parents:  # the nearest USB device is the stick; above it are hubs, which have serials too
        if above == sys_folder:
            break
        if (above / "idVendor").exists():
            if serial := _read(above / "serial"):
                return serial
            break
    # A page of the disk's own: four bytes of a head, then the serial.
    return _printable(_bytes(disk / "device" / "vpd_pg80")[4:]) or udev_value(
        _read(disk / "dev"), "ID_SERIAL_SHORT", udev
    )


def sysfs_removable(number: str, sys_folder: Path) -> bool | None:
    """Whether that disk is plugged in from outside: on USB, a card, or one that says it can be taken out.

    A disk on USB says of itself that it cannot, as a drive in the PC does. None of a disk the kernel shows nothing of.
    """
    disk = _disk(number, sys_folder)
    if not (told := _read(disk / "removable")):
        return None
    on_usb = any((above / "idVendor").exists() for above in disk.parents if above != sys_folder)
    return told == "1" or on_usb or _read(disk / "device" / "type") == "SD"


def _disk(number: str, sys_folder: Path) -> Path:
    """The disk that holds the block device *number*."""
    here = (sys_folder / "dev" / "block" / number).resolve()
    while len(under := _names(here / "slaves")) == 1:  # an encrypted stick: what is opened lies on what is plugged in
        here = (here / "slaves" / under[0]).resolve()
    return here.parent if (here / "partition").exists() else here


def udev_value(number: str, key: str, udev: Path) -> str:
    """What udev wrote down of a block device when it was put in: lines like ``E:ID_FS_LABEL=BLUE``."""
    found = re.search(rf"^E:{key}=(.*)$", _bytes(udev / f"b{number}").decode("utf-8", "replace"), re.MULTILINE)
    return found[1].strip() if found else ""


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _read(path: Path) -> str:
    return _printable(_bytes(path))


# Windows

_SERIAL_AT = 24  # where a STORAGE_DEVICE_DESCRIPTOR says at which byte its serial begins
_REMOVABLE_AT, _BUS_AT = 10, 28  # where it says whether its medium can be taken out, and how it is plugged in
_OUTSIDE = (4, 7, 12)  # FireWire, USB, an SD card


def descriptor_serial(answer: bytes) -> str:
    """The serial in a STORAGE_DEVICE_DESCRIPTOR, or ""."""
    if len(answer) < _SERIAL_AT + 4:
        return ""
    (at,) = struct.unpack_from("<I", answer, _SERIAL_AT)
    if not _SERIAL_AT < at < len(answer):  # 0 or -1: it has none
        return ""
    return _printable(answer[at:].partition(b"\0")[0])


def descriptor_removable(answer: bytes) -> bool | None:
    """Whether a STORAGE_DEVICE_DESCRIPTOR is of what is plugged in from outside; None where it does not say."""
    if len(answer) < _BUS_AT + 4:
        return None
    (bus,) = struct.unpack_from("<I", answer, _BUS_AT)
    return bool(answer[_REMOVABLE_AT]) or bus in _OUTSIDE


def volume_serial(number: int) -> str:
    """The number Windows gave the file system when it was formatted, told apart from a maker's serial."""
    return f"volume {number >> 16:04X}-{number & 0xFFFF:04X}" if number else ""


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _IOCTL_STORAGE_QUERY_PROPERTY = 0x2D1400
    _SHARE_ALL, _OPEN_EXISTING = 7, 3
    _NO_HANDLE = ctypes.c_void_p(-1).value

    def _windows(folder: Path) -> tuple[str, str, bool | None]:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        root, name = ctypes.create_unicode_buffer(512), ctypes.create_unicode_buffer(64)
        if not kernel.GetVolumePathNameW(str(folder.resolve()), root, len(root)):
            return "", "", None
        label, number = ctypes.create_unicode_buffer(261), wintypes.DWORD()
        known = kernel.GetVolumeInformationW(root, label, len(label), ctypes.byref(number), None, None, None, 0)
        answer = b""
        if kernel.GetVolumeNameForVolumeMountPointW(root, name, len(name)):
            answer = _ask_device(kernel, name.value.rstrip("\\"))
        serial, removable = descriptor_serial(answer), descriptor_removable(answer)
        if not known:
            return serial, "", removable
        return serial or volume_serial(number.value), label.value, removable

    def _ask_device(kernel: ctypes.WinDLL, volume: str) -> bytes:
        """The STORAGE_DEVICE_DESCRIPTOR of a volume. Asking it needs no right to read the disk."""
        kernel.CreateFileW.restype = ctypes.c_void_p
        handle = kernel.CreateFileW(volume, 0, _SHARE_ALL, None, _OPEN_EXISTING, 0, None)
        if handle is None or handle == _NO_HANDLE:
            return b""
        try:
            query, answer, used = bytes(12), ctypes.create_string_buffer(1024), wintypes.DWORD()
            done = kernel.DeviceIoControl(
                ctypes.c_void_p(handle), _IOCTL_STORAGE_QUERY_PROPERTY, query, len(query), answer, len(answer),
                ctypes.byref(used), None,
            )  # fmt: skip
            return answer.raw[: used.value] if done else b""
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))
