"""Every print as pictures, all pages of one on a sheet, in each size and language: ``prints.py FOLDER``.

They are made from the invented plans on a fixed day, so that two runs give the same pictures.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from reentry_desktop.actions import plan_states, plans, printing
from reentry_desktop.actions.invented_plan import PlanWriter
from reentry_desktop.base.ids import Id
from reentry_desktop.base.words import LANGUAGES
from reentry_desktop.records.paper import Layout
from reentry_desktop.store import Store, Unit, vault
from stores import Template, enrolled

WIDE, GAP, ACROSS = 300, 12, 6  # pixels of a page, between pages; pages beside each other
SIZES = ("standard", "large", "extra-large")


def written(store: Store, language: str) -> Id:
    """A woman's whole plan, signed, done for now, with her goals."""
    woman, _episode = enrolled(store, f"R{len(language)}{language}", share="words")
    with store.work("start_plan") as unit:
        plan = plans.start_plan(unit, woman, language)
        writer = PlanWriter(plan, language, unit.today())
        for part in plans.contents(unit, plan).pack.parts():
            if writer.words.has(part):
                writer.write(unit, part)
        writer.sign(unit)
        writer.set_goals(unit)
        plan_states.done_for_now(unit, plan)
    return plan


def sheet(pdf: bytes) -> Image.Image:
    """All pages of a print on one picture, in shades of gray and teal as they are printed."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[at].render(scale=WIDE / document[at].get_width()).to_pil() for at in range(len(document))]
    across = min(ACROSS, len(pages))
    high = max(page.height for page in pages)
    rows = -(-len(pages) // across)
    made = Image.new("RGB", (GAP + across * (WIDE + GAP), GAP + rows * (high + GAP)), "#9aa3a6")
    for at, page in enumerate(pages):
        made.paste(page, (GAP + at % across * (WIDE + GAP), GAP + at // across * (high + GAP)))
    return made.convert("P", palette=Image.Palette.ADAPTIVE, colors=8)


def prints(unit: Unit, plan: Id, language: str, folder: Path) -> None:
    """Every layout in every size, and in one of them with pictures too."""
    helper = next(s.id for s in plans.contents(unit, plan).supporters if s.agreed and s.agreed_to_copy)
    for layout in printing.LAYOUTS:
        for size in SIZES:
            for pictures in (False, True) if size == "large" else (False,):
                for days in (7, 31) if layout == Layout.CHECK_IN else (7,):
                    made = printing.plan_print(
                        unit, plan, layout=layout, size=size, language=language, pictures=pictures, days=days,
                        supporter=helper if layout == Layout.SUPPORTER else Id(""),
                    )  # fmt: skip
                    name = f"{layout}{'-month' if days > 7 else ''}-{size}{'-pictures' if pictures else ''}.png"
                    sheet(made.pdf.data).save(folder / name, optimize=True)


def main(folder: Path) -> int:
    """Write the pictures of each language into a folder of its own."""
    vault.TARGET_SECONDS = 0.01
    with tempfile.TemporaryDirectory() as scratch:
        template = Template.make(Path(scratch) / "made", "facility", "Larkspur Facility", "LARK")
        with template.open(Path(scratch) / "store") as store:
            for language in LANGUAGES:
                into = folder / language / "prints"
                into.mkdir(parents=True, exist_ok=True)
                plan = written(store, language)
                with store.read() as unit:
                    prints(unit, plan, language, into)
    sys.stdout.write(f"The pictures of every print are in {folder}, as of {dt.date(2026, 11, 23)}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/prints")))
