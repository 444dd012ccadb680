"""The sealed files of a store, for tests, wherever they lie: which there are, what one holds, and harm done to it."""

from __future__ import annotations

import hashlib
import io

from reentry_desktop.exchange import parcels
from reentry_desktop.store import Store
from reentry_desktop.store.sealed import FOLDER, copy_in, workplace


def sealed_files(store: Store) -> set[str]:
    """The names of all that lie here, whether a table names them or not; in the folder also what was cut off."""
    found = {path.name for path in (store.folder / FOLDER).glob("*")}
    if store.slots.database:
        with store.read() as unit:
            rows = unit.connection.exec_driver_sql("SELECT DISTINCT sha256 FROM sealed_piece").scalars()
            found |= {f"{sha256}.bundle" for sha256 in rows}
    return found


def read_sealed(store: Store, sha256: str) -> bytes:
    with store.read() as unit, unit.sealed.opened(sha256) as file:
        return file.read()


def write_sealed(store: Store, data: bytes, sha256: str = "") -> str:
    """Lay *data* in the store, under the name of another file where *sha256* is one; its name."""
    sha256 = sha256 or hashlib.sha256(data).hexdigest()
    if store.slots.database:
        with store.work("test") as unit:
            copy_in(unit.connection, io.BytesIO(data), sha256)
    else:
        (workplace(store.folder) / f"{sha256}.bundle").write_bytes(data)
    return sha256


def parcel_of(store: Store) -> str:
    """The name of the only parcel that lies here."""
    with store.read() as unit:
        (row,) = parcels.parcels(unit)
    return row.sha256


def damage(store: Store, sha256: str) -> None:
    """One bit of a file is not as it came."""
    data = bytearray(read_sealed(store, sha256))
    data[-20] ^= 1
    write_sealed(store, bytes(data), sha256)
