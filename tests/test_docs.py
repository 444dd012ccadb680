"""The documents say what is true: links and paths lead somewhere, and their tables equal the code."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from reentry_desktop.actions import measures, setup
from reentry_desktop.cli.parser import build
from reentry_desktop.exchange import sharing
from reentry_desktop.records import Enrolment, Participant, Plan, Program, fields, kinds
from reentry_desktop.records.local import Local
from reentry_desktop.records.participant import ReleaseType
from reentry_desktop.store import Store, vault

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "reentry_desktop"
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packaging/*.md")])
PICTURES = {path.stem for path in (ROOT / "docs/manual/en").glob("*.png") if not path.stem.endswith("-150")}
# What looks like a path and is none of the repository's: made by a build, or by somebody's hands.
ELSEWHERE = {"FOR-IT.md", "build/", "dist/"}


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def rows(text: str, first: str) -> list[list[str]]:
    """The table whose first heading is *first*: its rows as cells."""
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def is_picture(path: Path) -> bool:
    """A picture of the manual, there already or still to be made."""
    return path.suffix == ".png" and path.parent.name in ("en", "es") and path.stem in PICTURES


def links(text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for target in links(page.read_text("utf-8")):
        path = (page.parent / target).resolve()
        if target and not path.exists() and not is_picture(path):
            wrong.append(target)
    assert wrong == []


def paths(text: str) -> Iterator[str]:
    """What stands between backticks and is a path of ours: its first folder is, or it ends as our files do."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    tops = {p.name for p in (*ROOT.iterdir(), *PACKAGE.iterdir()) if p.is_dir() and not p.name.startswith("_")}
    for word in re.findall(r"`([\w./-]+)`", text):
        first, slash, _rest = word.partition("/")
        if (slash and first in tops) or word.endswith((".py", ".md", ".spec", ".ps1", ".toml")):
            yield word


@pytest.mark.parametrize("page", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_path_named_is_there(page: Path) -> None:
    homes = (page.parent, ROOT, PACKAGE, *(PACKAGE / room for room in ("records", "ui")))
    wrong = [
        path
        for path in paths(page.read_text("utf-8"))
        if path not in ELSEWHERE and not any((home / path).exists() for home in homes)
    ]
    if page.name == "adding-a-record.md":
        wrong.remove("session_note.py")  # the file its reader makes
    assert wrong == []


def test_the_two_tests_above_can_fail() -> None:
    assert list(links("[a](gone.md) [b](https://example.org) [c](x.md#part)")) == ["gone.md", "x.md"]
    assert list(paths("`docs/gone.md` `exchange/outgoing.py` `bundle/1.x` `words` `a/b`")) == [
        "docs/gone.md", "exchange/outgoing.py", "bundle/1.x",
    ]  # fmt: skip
    assert not is_picture(ROOT / "docs/manual/en/elsewhere.png")


def test_the_manual_names_every_picture() -> None:
    named = text_of("manual/README.md").split("## Names of the pictures")[1]
    assert set(re.findall(r"`([\w-]+)`", named)) == PICTURES
    assert {Path(target).stem for target in links(text_of("manual/README.md")) if target.endswith(".png")} == PICTURES


# docs/sharing.md


def test_sharing_lists_every_type_with_its_class() -> None:
    said = {
        kind.strip("`"): (share.strip("`"), other) for kind, share, other in rows(text_of("sharing.md"), "record type")
    }
    true = {}
    for kind, cls in kinds().items():
        other = [f"`{k}`: `{s.share}`" for k, s in fields(cls).items() if s.share and s.share != cls.share]
        true[kind] = (str(cls.share), ", ".join(other))
    assert said == true


def test_sharing_lists_every_local_table() -> None:
    part = text_of("sharing.md").split("## Tables that never leave")[1].split("## Other ways out")[0]
    assert set(re.findall(r"`(\w+)`", part)) == {mapper.local_table.name for mapper in Local.registry.mappers}


def test_sharing_tells_the_rule() -> None:
    """The rule itself: dates once she agreed, words while her latest episode says so, everything else never."""
    said = {name.strip("`"): leaves for name, *leaves in rows(text_of("sharing.md"), "class of an entry")}
    assert list(said) == ["site", "dates", "words", "plan"]
    assert (
        f"(payload IS NOT NULL AND (share = 'dates' AND (participant IS NULL OR participant IN ({sharing._AGREED}))"
        f" OR share IN ('words', 'plan') AND participant IN ({sharing.SHARING})"
        f" AND (share = 'words' OR seq <= {sharing._DONE_BEFORE})))"
    ) == sharing._RULE, "the rule changed: read docs/sharing.md again, then this line"
    assert sharing._HOME == (
        "(payload IS NOT NULL AND share IN ('dates', 'words', 'plan') AND (participant IN ({hers})"
        " OR participant IS NULL AND (record IS NULL OR record NOT IN ({others}))))"
    ), "the rule changed: read docs/sharing.md again, then this line"


# docs/measures.md


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, measures.Measure]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "TARGET_SECONDS", 0.01)
        new = setup.NewStore(tmp_path_factory.mktemp("docs") / "s", "facility", "Site", "lead", "correct horse battery")
        store, _kit = setup.create(new)
    with store, store.read() as unit:
        yield measures.measures(unit, as_of=dt.date(2026, 11, 23))


def test_the_six_goals(counted: dict[str, measures.Measure]) -> None:
    said = {key.strip("`"): rest for key, *rest in rows(text_of("measures.md"), "key")}
    words = {"at_least": "at least", "at_most": "at most"}
    assert said == {
        key: [m.title, f"{words[m.direction]} {m.target:.0%}".replace("%", " %"), m.status.replace("_", " "), m.reason]
        for key, m in counted.items()
    }
    later = {key.strip("`") for key, *_rest in rows(text_of("measures.md"), "goal")}
    assert later == {key for key, m in counted.items() if m.status == "not_measured"}


def test_the_definition_and_its_parameters(counted: dict[str, measures.Measure]) -> None:
    page, goal = text_of("measures.md"), counted["wrap_30_days"]
    assert f"> {goal.definition}\n" in page
    assert f"`{goal.definition_version}`" in page
    assert f"Fewer than {measures.FEW} known cases" in page
    said = dict(map(tuple, rows(page, "parameter")))
    assert said["`days`"] == str(goal.parameters["days"])
    assert said["`anchor`"] == f"`{goal.parameters['anchor']}`"
    assert said["`counts_as_plan`"] == " ".join(f"`{part}`" for part in goal.parameters["counts_as_plan"])
    assert set(re.findall(r"`(\w+)`", " ".join(said))) == goal.parameters.keys()


@pytest.mark.parametrize("row", rows(text_of("measures.md"), "enrolled on"), ids=" ".join)
def test_the_worked_examples(facility: Store, row: list[str]) -> None:
    def day(cell: str) -> dt.date | None:
        return dt.date.fromisoformat(cell) if cell else None

    enrolled, done, parts, left, died, said = row
    written = {"all": measures.PLAN_PARTS, "one missing": measures.PLAN_PARTS[1:], "": ()}[parts]
    how = ReleaseType.DEATH if died else ""
    with facility.work("enrol") as unit:
        program = unit.create(Program, name="Bridges")
        woman = unit.create(Participant, last_name="Sol", actual_release=day(left), release_type=how)
        episode = unit.create(
            Enrolment, participant=woman, program=program, offered_on=day(enrolled), agreed_on=day(enrolled),
            enrolled_on=day(enrolled),
        )  # fmt: skip
        if done:
            unit.create(
                Plan, participant=woman, enrolment=episode, pack="wellness/1", started_on=day(enrolled),
                done_on=day(done), parts_written=" ".join(written),
            )  # fmt: skip
        (case,) = measures.cases(unit, measures.Asked(dt.date(2026, 11, 23)))
    assert f"{case.outcome}: {case.reason}".removesuffix(": ") == said


# docs/threat-model.md, README.md, CHANGELOG.md, docs/adr


def test_the_versions_of_what_is_compiled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    sbom = importlib.import_module("sbom")
    import cryptography
    import psycopg
    import sqlcipher3
    from cryptography.hazmat.backends.openssl.backend import backend

    connection = sqlcipher3.connect(":memory:")
    connection.execute("PRAGMA key = \"x'00'\"")
    told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in (
        "cipher_version", "cipher_provider_version", "cipher", "cipher_hmac_algorithm", "cipher_fips_status",
    )}  # fmt: skip
    connection.close()
    page = text_of("threat-model.md")
    assert f"`cryptography` {cryptography.__version__}" in page
    for version in (told["cipher_version"], told["cipher_provider_version"], backend.openssl_version_text()):
        name = version.split()
        assert (f"OpenSSL {name[1]}" if name[0] == "OpenSSL" else f"SQLCipher {name[0]}") in page
    assert f"SQLite {sqlcipher3.sqlite_version}" in page
    assert f"`psycopg-binary` {psycopg.__version__} contains libpq {sbom.dotted(psycopg.pq.version())}" in page
    assert sbom.libpqs_openssl().rsplit(maxsplit=3)[0] in page
    assert (told["cipher"], told["cipher_hmac_algorithm"]) == ("AES-256-CBC", "HMAC_SHA512")
    assert f"`cipher_fips_status {told['cipher_fips_status']}`" in page
    assert (
        f"{vault.PASSES} passes, {vault.LANES} lanes, {vault.FLOOR_KIB // 1024} to {vault.CEILING_KIB // 1024} MiB"
        in page
    )


def test_the_commands_of_the_readme_are_commands() -> None:
    """Each line parses; a wrong name or option ends the parser with exit code 2."""
    lines = re.findall(r"^reentry-desktop (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(lines) > 5
    for line in lines:
        given = shlex.split(line)
        assert build().parse_args(given).run
    with pytest.raises(SystemExit):
        build().parse_args(["plan", "prnt"])


def test_decisions_are_short_and_in_one_form() -> None:
    found = sorted(ROOT.glob("docs/adr/*.md"))
    assert [int(page.name[:4]) for page in found] == list(range(1, len(found) + 1))
    for page in found:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. ")
        assert len(text.splitlines()) <= 40
        for word in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert text.count(word) == 1, (page.name, word)


def test_the_version_is_in_the_changelog() -> None:
    from reentry_desktop import __version__

    assert f"## [Unreleased] {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
