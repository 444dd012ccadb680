"""Template packs on the command line: signed at one site, taken in at another."""

from __future__ import annotations

import json
from pathlib import Path

from reentry_desktop.records.pack import load_pack

from ..packs import NAME, pack_text, part
from .conftest import Run
from .test_plan import refused, told
from .test_stick import trust_each_other

ONE = f"{NAME}/1"


def test_a_pack_goes_from_the_office_to_a_facility(
    run: Run, facility_args: list[str], office_args: list[str], tmp_path: Path
) -> None:
    source, signed = tmp_path / "larkspur.json", tmp_path / "larkspur.pack"
    source.write_bytes(pack_text())
    made = told(run("pack", "sign", source, *office_args, "--out", signed, "--json"))
    assert (made["id"], made["version"], made["title"]["es"]) == (ONE, 1, "Mi plan Larkspur")
    load = ["pack", "load", signed, *facility_args]
    assert "Exchange cards" in refused(run(*load))
    trust_each_other(run, facility_args, office_args, tmp_path)
    assert told(run(*load, "--json"))["signed_by"] == "State Office"
    shown = told(run("pack", "list", *facility_args, "--json"))["packs"]
    assert [(one["id"], one["signed_by"], one["in_use"]) for one in shown] == [
        (load_pack().id, "", True),
        (ONE, "State Office", False),
    ]
    assert "no template pack" in refused(run("pack", "use", "nothing/1", *facility_args))
    used = told(run("pack", "use", ONE, *facility_args, "--json"))["packs"]
    assert [one["in_use"] for one in used] == [False, True]
    assert (
        f"{ONE}  My Larkspur plan  signed by State Office  used for new plans"
        in run("pack", "list", *facility_args).out.splitlines()
    )


def test_what_is_in_a_pack(run: Run, facility_args: list[str]) -> None:
    shown = told(run("pack", "show", *facility_args, "--json"))
    assert shown["id"] == load_pack().id
    first = shown["sections"][0]["parts"][0]
    assert (first["part"], first["kind"], first["required"]) == ("tools", "tool", True)
    assert "helpful" in first["fields"]
    assert [section["page"] for section in shown["sections"]].count(False) == len(load_pack().sections)
    assert "  tools  tool  " in run("pack", "show", load_pack().id, *facility_args, "--lang", "es").out
    assert "no template pack" in refused(run("pack", "show", "nothing/1", *facility_args))


def test_what_is_no_pack_is_one_sentence(run: Run, office_args: list[str], tmp_path: Path) -> None:
    source, signed = tmp_path / "larkspur.json", tmp_path / "larkspur.pack"
    source.write_bytes(pack_text(lambda pack: part(pack, "well")["prompt"].pop("es")))
    ran = run("pack", "sign", source, *office_args, "--out", signed, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "pack-language")
    assert "no-file" in json.dumps(
        run("pack", "sign", tmp_path / "none", *office_args, "--out", signed, "--json").json["error"]
    )
    assert not signed.exists()
    source.write_bytes(pack_text())
    refused(run("pack", "sign", source, *office_args, "--out", tmp_path / "no" / "signed"))
    for words in (source, tmp_path / "none", tmp_path):
        refused(run("pack", "load", words, *office_args))
    assert len(told(run("pack", "list", *office_args, "--json"))["packs"]) == 1
