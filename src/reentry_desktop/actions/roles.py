"""Who may do what, in sentences: for the page, the command line and ``docs/roles.md``."""

from __future__ import annotations

from dataclasses import dataclass

from ..base.words import N_, _
from ..records.access import ADMINISTRATORS, KNOWS, RIGHTS, WHOLE, scope_of
from ..records.base import Right, Sensitivity
from ..records.people import Role, Scope

NOBODY = N_("Sees no woman's record.")
WHOSE = {
    "": NOBODY,
    Scope.OWN: N_("Sees the women she works with, unless another scope is set."),
    Scope.ALL: N_("Sees every woman whose record is here, unless another scope is set."),
}
VOLUNTEER = N_("Sees the women she works with, and never more.")
ADMINISTRATOR = N_("Administrator, besides any role")
NEVER = N_(
    "A woman who is in prison never has an account, whatever she does for others. "
    "Her worksheets are on paper; the coordinator enters them."
)
HELD = N_(
    "On one PC the program holds to this, not the encryption: a passphrase and a copy of the folder open every record. "
    "In an office's database, the database holds to it too."
)


@dataclass(frozen=True)
class RoleSays:
    """What one role means. ``hidden`` are the parts of a woman's record that it does not see."""

    key: str
    name: str
    whose: str
    may: tuple[str, ...]
    all_women_only: tuple[str, ...]
    hidden: tuple[str, ...]


def matrix() -> list[RoleSays]:
    """Every role, and what an administrator may do besides, in the language of the screen."""
    found = []
    for role in Role:
        sees = scope_of(role, "")
        rights = [right for right in Right if right in RIGHTS[role]]
        hidden = [_(one.label) for one in Sensitivity if sees and one not in KNOWS[role]]
        whose = _(VOLUNTEER) if role == Role.VOLUNTEER else _(WHOSE[sees])
        found.append(
            RoleSays(
                str(role), _(role.label), whose, tuple(_(right.label) for right in rights if right not in WHOLE),
                tuple(_(right.label) for right in rights if right in WHOLE), tuple(hidden),
            )
        )  # fmt: skip
    besides = tuple(_(right.label) for right in Right if right in ADMINISTRATORS)
    return [*found, RoleSays("administrator", _(ADMINISTRATOR), "", besides, (), ())]


def as_page() -> str:
    """``docs/roles.md``."""
    said = matrix()
    lines = ["# Who may do what", "", f"{_(NEVER)} {_(HELD)}", ""]
    lines += [f"Made from the declarations in `records/access.py`. {_(ALL_WOMEN)}", ""]
    rights = [*dict.fromkeys(words for one in said for words in (*one.may, *one.all_women_only))]
    rights = [label for label in (_(right.label) for right in Right) if label in rights]
    lines.append("| | " + " | ".join(one.name for one in said) + " |")
    lines.append("|---|" + "---|" * len(said))
    for right in rights:
        cells = ["yes" if right in one.may else "all women" if right in one.all_women_only else "" for one in said]
        lines.append(f"| {right} | " + " | ".join(cells) + " |")
    lines.append("| " + " | ".join([_("Whose records"), *(one.whose for one in said)]) + " |")
    for part in Sensitivity:
        cells = ["" if not one.whose or one.whose == _(NOBODY) else "no" if _(part.label) in one.hidden else "sees"
                 for one in said]  # fmt: skip
        lines.append(f"| {_(part.label)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


ALL_WOMEN = N_(
    "“All women”: only for who sees every woman whose record is here, so that a part is never taken for all."
)
