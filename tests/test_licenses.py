"""Whatever comes from others travels with its license, and stands in the bill of materials."""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_each_license_of_the_resources_travels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    finish, sbom = importlib.import_module("finish"), importlib.import_module("sbom")
    monkeypatch.setattr(finish, "BUILT", tmp_path)
    finish.write_licenses()
    shipped = {path.read_bytes() for path in (tmp_path / "licenses").rglob("*") if path.is_file()}
    texts = [path for name in ("LICENSE*", "OFL*") for path in (ROOT / "resources").rglob(name)]
    assert len({path.parent for path in texts}) == 3
    assert [path.name for path in texts if path.read_bytes() not in shipped] == []
    named = {part["properties"][0]["value"] for part in sbom.compiled_in()}
    assert {f"resources/{path.parent.name}" for path in texts} <= named
    for package in ("spylls", "pikepdf", "lxml"):
        assert any((tmp_path / "licenses" / package).rglob("LICENSE*"))


def test_a_license_that_a_package_does_not_name_is_taken_from_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    sbom = importlib.import_module("sbom")
    about = importlib.metadata.metadata("spylls")
    assert about["License"] == "UNKNOWN"
    assert sbom.license_of(about) == [{"license": {"name": "MIT License"}}]
