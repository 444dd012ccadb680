"""What may be a passphrase, and what is refused with its reason."""

from __future__ import annotations

import pytest

from reentry_desktop.base.problems import Refused
from reentry_desktop.store.passphrases import check_passphrase

pytestmark = pytest.mark.controls("IA-5(1)", "164.308(a)(5)(ii)(D)")
NAMES = ("maribel", "Maribel Ortega-Ruiz", "Valley Creek Facility", "VCF")


@pytest.mark.parametrize(
    "good",
    [
        "correct horse battery", "seven green boats at noon", "cuatro lanchas verdes al sol", "Zx9#kP!v2Qm4",
        "quiet river stone", "el caballo come manzanas", "    long spaces are fine    ", "ñandú ombú yerba mate",
        "password elephants tango",
    ],
)  # fmt: skip
def test_long_ones_that_nobody_else_has_are_taken(good: str) -> None:
    check_passphrase(good, *NAMES)


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("", "at least 12"), ("short words", "at least 12"), ("elevenchars", "at least 12"),
        ("correct horse battery staple", "list"), ("CorrectHorseBatteryStaple", "list"),
        ("correct-horse-battery-staple-2026", "list"), ("P@ssw0rd P@ssw0rd", "list"),
        ("p4ssw0rdp4ssw0rd!", "words that"),
        ("To be, or not to be", "list"), ("Dios te bendiga", "list"), ("qwertyuiopas", "list"),
        ("iloveyouforever", "list"), ("1qaz2wsx3edc", "list"), ("Mi contraseña secreta", "list"),
        ("password 2026 march", "words that are tried first"), ("W3lc0me Summer 2027!", "words that are tried first"),
        ("maribel maribel", "name"), ("Ortega-Ruiz 1990", "name"), ("Valley Creek 1234", "name"),
        ("m4r1b3l 0rt3g4", "name"), ("reentry desktop records", "words that are tried first"),
        ("aaaaaaaaaaaaaaaa", "repeats"), ("abcabcabcabcabc", "words that"), ("tangotangotango", "repeats"),
        ("765432109876", "repeats"), ("zyxwvutsrqpo", "repeats"), ("lkjhgfdsapoi", "repeats"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_tried_first_is_refused_with_its_reason(weak: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        check_passphrase(weak, *NAMES)
    assert why in refused.value.fields["passphrase"]
