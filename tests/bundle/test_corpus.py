"""What a fuzzer found on the readers of cards, bundles and receipts: each is read, or refused in words."""

from __future__ import annotations

import random

import pytest

from ..fuzz import readers


@pytest.mark.parametrize("reader", readers.READERS)
def test_whatever_the_fuzzer_found_is_read_or_refused(reader: str) -> None:
    found = sorted((readers.CORPUS / reader).iterdir())
    assert found
    for file in found:
        readers.meet(reader, file.read_bytes())


@pytest.mark.parametrize("reader", readers.READERS)
def test_a_few_thousand_changed_bytes_are_read_or_refused(reader: str) -> None:
    dice = random.Random(4)
    whole = [file.read_bytes() for file in sorted((readers.CORPUS / reader).iterdir())]
    for _turn in range(3000):
        data = bytearray(dice.choice(whole))
        for _change in range(dice.randrange(1, 4)):
            at = dice.randrange(len(data) + 1)
            data[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        readers.meet(reader, bytes(data))


def test_the_corpus_begins_with_what_is_in_order() -> None:
    whole = (
        ("card", "north"),
        ("bundle", "north-0001"),
        ("lines", "north-0001"),
        ("second-lines", "v2"),
        ("first-lines", "north-0002"),
        ("receipt", "code"),
    )
    for reader, name in whole:
        readers.READERS[reader]((readers.CORPUS / reader / name).read_bytes())
