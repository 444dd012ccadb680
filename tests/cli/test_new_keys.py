"""New keys on the command line: renewed, taken over, dropped; and a lost site's successor."""

from __future__ import annotations

from pathlib import Path

from ..stores import PASSPHRASE, USER, Template, enrolled, exchange_cards
from .conftest import Run


def test_keys_are_renewed_and_a_lost_office_is_succeeded(
    run: Run, facility_template: Template, office_template: Template, tmp_path: Path
) -> None:
    stores = [facility_template.open(tmp_path / "north"), office_template.open(tmp_path / "office")]
    enrolled(stores[0])
    exchange_cards(*stores)
    for store in stores:
        store.close()
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")
    given = ("--user", USER, "--json", "--passphrase-file", tmp_path / "pass")
    north, office = (("--store", tmp_path / name, *given) for name in ("north", "office"))
    renewed = run("card", "renew", *office)
    assert (renewed.code, len(renewed.json["fingerprint"].split())) == (0, 12)
    sent = run("bundle", "export", *office, "--to", "NORTH", "--out", tmp_path)
    looked = run("bundle", "inspect", sent.json["file"], *north)
    assert (looked.code, looked.json["can_open"]) == (0, True), looked.err
    (came,) = run("bundle", "import", sent.json["file"], *north).json["files"]
    assert came["new_keys"]
    assert run("card", "drop-old-keys", *office).json["dropped"]
    assert not run("card", "drop-old-keys", *office).json["dropped"]

    card = tmp_path / "office.card"
    assert run("card", "export", *office, "--out", card).code == 0
    handed = run("card", "export", *north, "--of", "OFFICE", "--out", tmp_path / "handed.card")
    assert (handed.code, handed.json["fingerprint"]) == (0, renewed.json["fingerprint"]), handed.err
    assert run("card", "export", *north, "--of", "nobody", "--out", tmp_path / "no.card").code == 1
    for part in "AB":
        (tmp_path / part).write_bytes(office_template.kit.text(part))
    anew = ("--store", tmp_path / "anew", *given)
    more = ("--kind", "office", "--site", "State Office", "--code", "OFFICE", "--successor", card)
    made = run("init", *anew, *more, "--part", tmp_path / "A", "--part", tmp_path / "B")
    assert made.code == 0, made.err
    assert run("card", "export", *anew, "--out", tmp_path / "new.card").code == 0
    assert run("card", "trust", tmp_path / "new.card", *north).code == 0  # the kit vouches for it: no words

    plain = ("--store", tmp_path / "plain", *given)
    assert run("init", *plain, *more).code == 0
    words = run("card", "export", *plain, "--out", tmp_path / "plain.card").json["fingerprint"]
    trust = ("card", "trust", tmp_path / "plain.card", *north, "--fingerprint", words)
    refused = run(*trust)
    assert (refused.code, "known here with another key" in refused.err) == (1, True)
    assert run(*trust, "--new-keys").code == 0
