"""Consents from the command line, for tests that need one."""

from __future__ import annotations

from .conftest import Run

REST = ["--what", "All that is in my plan", "--purpose", "So that they can help me", "--until", "2030-01-01"]
"""What every paper says besides whom and what kinds."""


def drafted_consent(run: Run, hers: list[str], *words: str) -> str:
    """A paper with every element, not signed; its id."""
    ran = run("consent", "add", *hers, *words, *REST, "--json")
    assert ran.code == 0, ran.err
    return str(ran.json["id"])


def signed_consent(run: Run, hers: list[str], *words: str) -> str:
    """The same, signed on paper."""
    made = drafted_consent(run, hers, *words)
    how = ["--paper-kept", "Binder 3", "--seen-by", "J. Reyes", "--read-to-her"]
    assert run("consent", "sign", *hers, "--consent", made, *how).code == 0
    return made
