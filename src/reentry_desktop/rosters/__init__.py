"""Other people's files, bytes to rows: a department's list as CSV or XLSX. Functions of values; no store, no window."""

from .duplicates import Likely, likely_duplicates, registered_twice
from .headings import FIELDS, Mapping, Unrecognized, load_mapping, save_mapping
from .lines import Difference, Line, Moved, Notice, Reading, Rejected
from .merging import changes, disagreements, merge
from .reading import read
from .tables import LIMITS, Limits, load

__all__ = [
    "FIELDS",
    "LIMITS",
    "Difference",
    "Likely",
    "Limits",
    "Line",
    "Mapping",
    "Moved",
    "Notice",
    "Reading",
    "Rejected",
    "Unrecognized",
    "changes",
    "disagreements",
    "likely_duplicates",
    "load",
    "load_mapping",
    "merge",
    "read",
    "registered_twice",
    "save_mapping",
]
