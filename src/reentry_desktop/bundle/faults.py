"""What can be wrong with a bundle or a card, and the sentence for each."""

from __future__ import annotations

from ..base.problems import Problem
from ..base.words import N_, _

SENTENCES = {
    "not-a-bundle": N_(
        "This file is not a bundle of this program. Nothing was read in, and the records here are safe. "
        "Choose another file."
    ),
    "truncated": N_(
        "This bundle is cut short: the copy was not finished. Nothing was read in, and the records here are safe. "
        "Ask the sender to copy it again."
    ),
    "altered": N_(
        "This bundle is not as its sender wrote it: it was damaged or changed on the way. Nothing was read in, "
        "and the records here are safe. Ask the sender for a new copy."
    ),
    "wrong-receiver": N_(
        "This bundle is for another site, or for an older card of this site, so it cannot be opened here. "
        "Nothing was read in, and the records here are safe. Tell the sender, and send this site's card again."
    ),
    "own-bundle": N_(
        "This site made this bundle itself. Nothing was read in, and the records here are safe. Bring it to the site "
        "that it is for."
    ),
    "unknown-sender": N_(
        "This bundle comes from a site whose card is not trusted here. Nothing was read in, and the records here "
        "are safe. Get the site's card first, and check its twelve words by phone."
    ),
    "newer-version": N_(
        "This file was made by a newer version of the program. Nothing was read in, and the records here are safe. "
        "Update the program first, then try this file again."
    ),
    "bad-certificate": N_(
        "The PC that made this bundle has no valid certificate of its site. Nothing was read in, and the records "
        "here are safe. Call the site and ask which PC made it."
    ),
    "inner-outer-mismatch": N_(
        "This bundle says one thing outside and another inside, as if somebody had put a new cover on it. "
        "Nothing was read in, and the records here are safe. Keep the file and tell the person in charge of security."
    ),
    "broken-chain": N_(
        "The entries of this bundle do not follow each other: one is missing or changed. Nothing was kept of it, "
        "and the records that were here are safe. Keep the file and tell the sender."
    ),
    "malformed": N_(
        "The inside of this bundle does not follow the rules. Nothing was kept of it, and the records that were "
        "here are safe. Tell the sender, and keep the file."
    ),
    "not-a-card": N_(
        "This file is not a site's card. Nothing was changed, and the records here are safe. Choose another file."
    ),
    "altered-card": N_(
        "This card is not as its site wrote it: it was damaged or changed on the way. Nothing was changed here, and "
        "the records are safe. Ask the site for a new copy."
    ),
    "bad-keys": N_(
        "The keys of this site cannot be read. The records here are safe. Restore the keys from the latest backup."
    ),
    "not-as-written": N_(
        "The copy on the USB drive is not what was written to it. The records here are safe, and nothing counts as "
        "sent. Try again with another drive."
    ),
    "own-chain": N_(
        "The log of this store does not hold together, so no bundle was written. Nothing was changed. "
        "Run the check of this store, and keep its latest backup."
    ),
}


def fault(code: str) -> Problem:
    """The ``Problem`` of *code*, in the language of the screen."""
    return Problem(_(SENTENCES[code]), code=code)
