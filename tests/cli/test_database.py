"""An office in PostgreSQL from the command line, as its scripts do it: made, moved, a folder for a worker, TLS."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .. import postgres
from ..stores import PASSPHRASE
from .conftest import Run, script

HERS = "river lantern orchard stone"


@pytest.fixture
def words(tmp_path: Path) -> dict[str, Path]:
    """Files with passphrases."""
    for name, text in (("admin", PASSPHRASE), ("rosa", HERS)):
        (tmp_path / f"{name}.txt").write_text(f"{text}\n", "utf-8")
    return {name: tmp_path / f"{name}.txt" for name in ("admin", "rosa")}


def test_an_office_made_in_postgresql_does_the_whole_job(run: Run, tmp_path: Path, words: dict[str, Path]) -> None:
    store = tmp_path / "office"
    here = ("--store", store, "--user", "ada", "--passphrase-file", words["admin"])
    address = postgres.server().database()
    made = run(
        "init", "--json", "--kind", "office", "--site", "State Office", "--code", "OFFICE", "--database", address, *here
    )
    assert made.code == 0, made.err
    assert made.json["kind"] == "office"
    assert not list(store.glob("store.db*"))
    shown = run("database", "show", "--json", *here)
    assert shown.json["database"].startswith("postgresql")
    assert postgres.name_of(shown.json["database"]) == postgres.name_of(address)
    records = tmp_path / "women.csv"
    records.write_text("department_number,first_name,last_name\nR1,Ana,Vega\nR2,Luz,Ortiz\n", "utf-8")
    assert run("records", "import", "participant", records, "--json", *here).json["added"] == 2
    exported = run("records", "export", "participant", "--format", "jsonl", *here)
    assert exported.out.count('"department_number"') == 2
    assert run("check", "--json", *here).json == {"ok": True, "problems": []}
    assert run("log", "verify", "--json", *here).json["ok"]
    assert run("measures", "--json", *here).code == 0
    out = tmp_path / "office.backup"
    assert run("backup", "--out", out, *here).code == 0
    back = ("--store", tmp_path / "back", "--user", "ada", "--passphrase-file", words["admin"])
    assert run("restore", out, *back).code == 0
    assert run("database", "show", "--json", *back).json == {"database": ""}


def test_a_facility_and_a_wrong_address_are_refused(run: Run, tmp_path: Path, words: dict[str, Path]) -> None:
    here = ("--store", tmp_path / "s", "--user", "ada", "--passphrase-file", words["admin"], "--site", "North")
    address = postgres.server().database()
    refused = run("init", "--kind", "facility", "--database", address, *here)
    assert (refused.code, refused.out) == (1, "")
    assert "Only an office" in refused.err
    unsafe = run("init", "--kind", "office", "--database", "postgresql://ada@db.example.gov/x?sslmode=disable", *here)
    assert unsafe.code == 1
    assert "sslmode=verify-full" in unsafe.err
    gone = run("init", "--kind", "office", "--database", "postgresql://ada@localhost:1/x", *here)
    assert gone.code == 1
    assert "did not answer" in gone.err
    assert not (tmp_path / "s").exists() or not list((tmp_path / "s").iterdir())
    assert not list(tmp_path.glob("s-recovery/*"))


def test_a_server_that_is_too_old_is_refused_when_it_is_set_up_and_when_it_is_opened(
    run: Run, tmp_path: Path, words: dict[str, Path]
) -> None:
    server = postgres.server()
    name, older = postgres.name_of(server.database()), postgres.Older(server.port)
    here = ("--store", tmp_path / "s", "--user", "ada", "--passphrase-file", words["admin"])
    made = ("init", "--kind", "office", "--site", "Office", *here, "--database")
    address = f"postgresql://{postgres.OWNER}@localhost:{older.port}/{name}"
    refused = run(*made, address)
    assert (refused.code, refused.out) == (1, "")
    assert "PostgreSQL 14, and 15 or later is needed. Nothing was changed." in refused.err
    older.close()
    bridge = postgres.Older(server.port, as_it_is=True)
    assert run(*made, address.replace(f":{older.port}/", f":{bridge.port}/")).code == 0
    assert run("check", *here).code == 0
    bridge.as_it_is = False  # the office went back to an older server
    refused = run("check", *here)
    assert refused.code == 1
    assert "15 or later is needed" in refused.err
    bridge.close()


def test_an_office_moves_and_a_worker_gets_a_folder(run: Run, tmp_path: Path, words: dict[str, Path]) -> None:
    store, hers = tmp_path / "office", tmp_path / "rosa"
    here = ("--store", store, "--user", "ada", "--passphrase-file", words["admin"])
    assert run("init", "--kind", "office", "--site", "State Office", *here).code == 0
    assert run("user", "add", "rosa", "--new-passphrase-file", words["rosa"], *here).code == 0
    assert run("user", "copies-out", "rosa", "yes", *here).code == 0
    early = run("database", "folder", "rosa", "--out", hers, *here)
    assert early.code == 1
    assert "Move them to PostgreSQL first" in early.err
    moved = run("database", "move", "--to", postgres.server().database(), "--json", *here)
    assert moved.code == 0, moved.err
    assert moved.json["rows"] > 10
    assert run("database", "folder", "rosa", "--out", hers, *here).code == 0
    there = ("--store", hers, "--user", "rosa", "--passphrase-file", words["rosa"])
    women = run("records", "export", "site", "--format", "jsonl", *there)
    assert women.code == 0, women.err
    assert "State Office" in women.out
    assert run("check", *there).code == 0
    # One she chose herself opens this folder alone: the office's, and what was copied before, keep the old one.
    own = tmp_path / "own.txt"
    own.write_text("kettle harbor ninety clouds\n", "utf-8")
    changed = run("user", "passphrase", "--new-passphrase-file", own, *there)
    assert changed.code == 0, changed.err
    assert "So does a folder with your keys on another PC" in changed.out
    assert run("check", *there).code == 1
    there = ("--store", hers, "--user", "rosa", "--passphrase-file", own)
    assert run("check", *there).code == 0
    assert run("check", "--store", store, "--user", "rosa", "--passphrase-file", words["rosa"]).code == 0
    # A new passphrase ends what she had: her folder, with the old one and the old signing key, opens no more.
    given = run("user", "passphrase", "rosa", "--new-passphrase-file", words["rosa"], *here)
    assert given.code == 0
    assert "If rosa had a folder for another PC, it opens no more. Make a new folder for rosa." in given.out
    out = run("check", *there)
    assert out.code == 1
    assert "Ask an administrator of your office for a new folder" in out.err
    assert run("log", "verify", *here).code == 0
    assert run("database", "folder", "rosa", "--out", tmp_path / "again", *here).code == 0
    assert run("user", "disable", "rosa", *here).code == 0
    again = ("--store", tmp_path / "again", "--user", "rosa", "--passphrase-file", words["rosa"])
    assert run("check", *again).code == 1
    given = run("user", "enable", "rosa", "--new-passphrase-file", words["rosa"], *here)
    assert given.code == 0
    assert "Make a new folder for rosa." in given.out
    assert run("check", *again).code == 1


def _certificate(folder: Path, name: str, port_owner: Path) -> Path:
    """A server's own certificate for *name*; beside it in the server's folder the key that belongs to it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    trusted = folder / f"{name}.pem"
    trusted.write_bytes(made.public_bytes(pem))
    for file, data in (
        ("server.crt", made.public_bytes(pem)),
        ("server.key", key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())),
    ):
        place = port_owner / file
        place.write_bytes(data)
        place.chmod(0o600)
        shutil.chown(place, port_owner.owner())
    return trusted


def test_off_the_machine_only_the_server_that_proves_its_name_is_spoken_to(
    run: Run, tmp_path: Path, words: dict[str, Path]
) -> None:
    """The machine's own name and its address on the network stand for another computer: they are not the loopback."""
    name = "records.office.example"
    reached = _address_of_this_machine()
    own = postgres.Server(postgres.folder_for_a_server(), "-c fsync=off", listen=reached)
    try:
        trusted = _certificate(tmp_path, name, own.data)
        other = tmp_path / "other.pem"
        other.write_bytes(_certificate(tmp_path, "else.example", tmp_path).read_bytes())
        own.stop()
        own.start("-c fsync=off -c ssl=on")
        address = own.database().partition("?")[0].replace("@/", f"@{name}:{own.port}/") + f"?hostaddr={reached}"
        here = ("--user", "ada", "--passphrase-file", words["admin"], "--kind", "office", "--site", "Office")
        for number, (more, why) in enumerate(
            (
                ("&sslmode=require", "sslmode=verify-full"),  # whoever stands between could read it
                (f"&sslrootcert={other}", "could not prove"),  # a server that proves nothing
                ("", "could not prove"),  # nor to the authorities this computer trusts
            )
        ):
            refused = run("init", "--database", address + more, "--store", tmp_path / f"s{number}", *here)
            assert refused.code == 1
            assert why in refused.err
        made = run("init", "--database", f"{address}&sslrootcert={trusted}", "--store", tmp_path / "office", *here)
        assert made.code == 0, made.err
    finally:
        own.stop("immediate")
        shutil.rmtree(own.folder, ignore_errors=True)


def _address_of_this_machine() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        try:
            found.connect(("192.0.2.1", 9))  # asks the routes; nothing is sent
        except OSError:
            pytest.skip("this machine has no network at all")
        address: str = found.getsockname()[0]
        return address


def test_a_script_in_a_process_of_its_own(tmp_path: Path, words: dict[str, Path]) -> None:
    here = ("--store", tmp_path / "office", "--user", "ada", "--passphrase-file", words["admin"])
    address = postgres.server().database()
    # What libpq takes from the environment would lead elsewhere, past what is asked of a server on another computer.
    odd = {"PGHOSTADDR": "192.0.2.1", "PGSERVICE": "elsewhere", "PGCLIENTENCODING": "LATIN1"}
    done = script("init", "--kind", "office", "--site", "Office", "--database", address, *here, env=odd)
    assert done.code == 0, done.err
    assert script("check", *here, env=odd).code == 0
