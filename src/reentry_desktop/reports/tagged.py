"""A tagged PDF over ReportLab's canvas: marked content, structure tree, reading order, language, metadata.

ReportLab writes the file, the fonts and the pages; the structure elements, the parent tree and XMP are ours
(ISO 32000-1, 14.6 to 14.9). Everything stays in memory.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from ..base.strokes import HIGH, WIDE
from .faces import face
from .pictures import GRID
from .setting import Line
from .style import MARGIN, PAGE_HEIGHT, PAGE_WIDTH, REGULAR, Color

rl_config.useA85 = 0  # base 85 would make each file a quarter longer
_ONE_AT_A_TIME = Lock()  # ReportLab's faces keep a reading position
_CHECK = ((0.2, 0.52), (0.42, 0.74), (0.82, 0.26))  # in parts of the box
_LIST = {"decimal": "/Decimal", "box": "/Square"}


class Node:
    """A structure element: its role, what it holds in reading order, and its attributes.

    ``says`` replaces what is drawn (a box to tick) when the page is read out; ``alt`` tells what a picture shows.
    """

    __slots__ = ("alt", "holds", "parent", "place", "role", "says", "scope", "style")

    def __init__(
        self, role: str, parent: Node | None = None, *, scope: str = "", style: str = "", says: str = "", alt: str = ""
    ) -> None:
        self.role, self.parent, self.scope, self.style, self.says = role, parent, scope, style, says
        self.alt = alt
        self.place = ""  # where a picture stands on its page
        self.holds: list[Node | tuple[int, int]] = []
        if parent is not None:
            parent.holds.append(self)


class _Raw(pdfdoc.PDFObject):
    """A finished object's bytes."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def format(self, document: Any) -> bytes:  # noqa: ARG002  (the name ReportLab calls)
        return self.content


class _Info(pdfdoc.PDFInfo):
    """The document information without author, subject or keywords: paper and file tell no name."""

    day = ""

    def format(self, document: Any) -> bytes:  # noqa: ARG002  (the name ReportLab calls)
        text = f"<< /Title ({self.title}) /CreationDate (D:{self.day}) /ModDate (D:{self.day}) /Trapped /False >>"
        return text.encode("ascii")


class Paper:
    """A document being written, page by page, top to bottom. Lengths are points from the page's top left."""

    def __init__(self, *, language: str, title: str, day: dt.date, margin: float = MARGIN) -> None:
        face(REGULAR)
        canvas: Any = Canvas  # ReportLab's own types have no tagged page
        self._canvas = canvas(
            BytesIO(),
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=1,
            pageCompression=1,
            initialFontName=REGULAR,  # else Helvetica is listed, which is not embedded
            pdfVersion=(1, 7),
            lang=language,
        )
        self._doc: Any = self._canvas._doc
        self._language, self._title, self._day = language, title, day
        self.margin, self.width = margin, PAGE_WIDTH - 2 * margin
        self.root = Node("Document")
        self._numbered: list[list[Node]] = []  # per page: the node of each marked content number
        self._open: list[Node] = []
        self._code: list[str] = []
        self._sets: dict[tuple[str, str], list[tuple[str, str]]] = {}

    # What is drawn

    def begin(self, node: Node) -> None:
        """Start content of *node*; ``end`` follows before anything else starts."""
        self._code.append(f"/{node.role} <</MCID {len(self._open)}>> BDC")
        node.holds.append((len(self._numbered), len(self._open)))
        self._open.append(node)

    def begin_artifact(self, kind: str = "/Layout") -> None:
        """Start what is no part of the text: rules, footers."""
        self._code.append(f"/Artifact <</Type {kind}>> BDC")

    def end(self) -> None:
        self._code.append("EMC")

    def rule(self, x: float, y: float, width: float, weight: float, color: Color) -> None:
        self._code.append(
            f"{_color(color)} rg {x:.2f} {PAGE_HEIGHT - y - weight / 2:.2f} {width:.2f} {weight:.2f} re f"
        )

    def box(self, x: float, y: float, side: float, weight: float, color: Color) -> None:
        """An empty box whose top left corner is at (x, y)."""
        bottom = PAGE_HEIGHT - y - side
        self._code.append(f"{_color(color)} RG {weight:.2f} w {x:.2f} {bottom:.2f} {side:.2f} {side:.2f} re S")

    def check(self, x: float, y: float, side: float, color: Color) -> None:
        """A check mark in a box of *side* whose top left corner is at (x, y)."""
        points = [(x + side * across, PAGE_HEIGHT - y - side * down) for across, down in _CHECK]
        (a, b), (c, d), (e, f) = points
        self._code.append(
            f"{_color(color)} RG 1.8 w 1 J 1 j {a:.2f} {b:.2f} m {c:.2f} {d:.2f} l {e:.2f} {f:.2f} l S 0 J 0 j"
        )

    def dot(self, x: float, y: float, radius: float, color: Color) -> None:
        """A full dot around (x, y)."""
        spot = f"{x:.2f} {PAGE_HEIGHT - y:.2f}"
        self._code.append(f"{_color(color)} RG {2 * radius:.2f} w 1 J {spot} m {spot} l S 0 J")

    def dashes(self, x: float, y: float, across: float, down: float, color: Color) -> None:
        """A dashed line from (x, y), *across* to the right and *down*."""
        begin, end = f"{x:.2f} {PAGE_HEIGHT - y:.2f}", f"{x + across:.2f} {PAGE_HEIGHT - y - down:.2f}"
        self._code.append(f"{_color(color)} RG 0.75 w [4 4] 0 d {begin} m {end} l S [] 0 d")

    def picture(self, strokes: str, x: float, y: float, side: float, color: Color) -> None:
        """*strokes* (``pictures.strokes``) on a square of *side* points whose top left corner is at (x, y)."""
        scale = side / GRID
        self._open[-1].place = f"{x:.2f} {PAGE_HEIGHT - y - side:.2f} {x + side:.2f} {PAGE_HEIGHT - y:.2f}"
        self._code.append(
            f"q {scale:.4f} 0 0 {-scale:.4f} {x:.2f} {PAGE_HEIGHT - y:.2f} cm "
            f"{_color(color)} RG 1.75 w 1 J 1 j\n{strokes}\nS Q"
        )

    def drawn(self, strokes: list[list[tuple[int, int]]], x: float, y: float, wide: float, color: Color) -> None:
        """Lines that a hand drew (``base.strokes``), *wide* points across, the grid's top left corner at (x, y)."""
        scale = wide / WIDE
        self._open[-1].place = f"{x:.2f} {PAGE_HEIGHT - y - HIGH * scale:.2f} {x + wide:.2f} {PAGE_HEIGHT - y:.2f}"
        made = []
        for stroke in strokes:
            points = [f"{x + across * scale:.2f} {PAGE_HEIGHT - y - down * scale:.2f}" for across, down in stroke]
            made.append(" ".join([f"{points[0]} m", *(f"{point} l" for point in points[1:] or points)]))
        self._code.append(f"{_color(color)} RG 1.2 w 1 J 1 j {' '.join(made)} S 0 J 0 j")

    def lines(self, lines: list[tuple[float, float, float, Line]]) -> None:
        """Draw lines of one paragraph: each (x, baseline from the top, type size, line)."""
        out = ["BT"]
        font, color, group = "", None, 0
        rows = [(row[0], row[1], row[2], piece) for row in lines for piece in row[3] or ()]
        place: tuple[float, float] | None = None
        for at, (x, y, size, piece) in enumerate(rows):
            if piece.group != group and group:
                out.append("EMC")
            if place != (x, y):
                out.append(f"1 0 0 1 {x:.2f} {PAGE_HEIGHT - y:.2f} Tm")
                place = (x, y)
            if piece.color != color:
                out.append(f"{_color(piece.color)} rg")
                color = piece.color
            if piece.group != group and piece.group:
                meant = "".join(row[3].meant for row in rows[at:] if row[3].group == piece.group)
                out.append(f"/Span <</ActualText {_text(meant)}>> BDC")
            group = piece.group
            for name, codes in self._encoded(piece.face, piece.text):
                if font != f"{name} {size:g} Tf":
                    font = f"{name} {size:g} Tf"
                    out.append(font)
                out.append(f"<{codes}> Tj")
        if group:
            out.append("EMC")
        out.append("ET")
        self._code.append("\n".join(out))

    def _encoded(self, name: str, text: str) -> list[tuple[str, str]]:
        found = self._sets.get((name, text))
        if found is None:
            font = face(name)
            found = self._sets[name, text] = [
                (font.getSubsetInternalName(subset, self._doc), codes.hex())
                for subset, codes in font.splitString(text, self._doc)
            ]
        return found

    def mark(self, title: str) -> None:
        """A bookmark to this page."""
        key = f"p{len(self._numbered)}-{len(self._code)}"
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(title, key)

    def next_page(self) -> None:
        """Close this page."""
        code = "\n".join(self._code)
        self._doc.updateSignature(code.encode("latin-1"))
        name = self._doc.thisPageName()
        self._canvas._code = [code]
        self._canvas.showPage()
        page = self._doc.idToObject[name]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._numbered), pdfdoc.PDFName("S")
        self._numbered.append(self._open)
        self._open, self._code = [], []

    # The file

    def finish(self) -> bytes:
        """The bytes of the PDF."""
        with _ONE_AT_A_TIME:
            self._tree()
            catalog = self._doc.Catalog
            catalog.MarkInfo = _Raw(b"<< /Marked true >>")
            catalog.ViewerPreferences = _Raw(b"<< /DisplayDocTitle true >>")
            day = f"{self._day:%Y%m%d}000000Z"
            info = _Info()
            info.title, info.day = self._title, day
            self._doc.info = info
            xmp = self._xmp().encode()
            catalog.Metadata = _Raw(
                b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream" % (len(xmp), xmp)
            )
            data: bytes = self._doc.GetPDFData(self._canvas)
            return data

    def _xmp(self) -> str:
        day = f"{self._day.isoformat()}T00:00:00Z"
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(self._title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:language><rdf:Bag><rdf:li>{self._language}</rdf:li></rdf:Bag></dc:language>"
            f"<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
            "</rdf:Description></rdf:RDF></x:xmpmeta>"
            '<?xpacket end="r"?>'
        )

    def _tree(self) -> None:
        """The structure elements, depth first, and the parent tree that leads from marked content to them."""
        tree = _Raw()
        pages = [self._number(self._doc.idToObject[f"Page{at + 1}"]) for at in range(len(self._numbered))]
        objects: dict[Node, _Raw] = {}
        numbers: dict[Node, int] = {}
        ordered = [self.root]
        for node in ordered:
            ordered.extend(kid for kid in node.holds if isinstance(kid, Node))
        for node in ordered:
            objects[node] = _Raw()
            numbers[node] = self._number(objects[node])
        root = self._number(tree)
        for node in ordered:
            objects[node].content = _element(node, numbers, pages, root).encode("ascii")
        parents = "\n".join(
            f"{at} [{' '.join(f'{numbers[node]} 0 R' for node in nodes)}]" for at, nodes in enumerate(self._numbered)
        )
        tree.content = (
            f"<< /Type /StructTreeRoot /K {numbers[self.root]} 0 R /RoleMap << /Title /H1 >> "
            f"/ParentTreeNextKey {len(self._numbered)} /ParentTree << /Nums [{parents}] >> >>"
        ).encode("ascii")
        self._doc.Catalog.StructTreeRoot = tree

    def _number(self, thing: Any) -> int:
        reference = self._doc.Reference(thing)
        number: int = self._doc.idToObjectNumberAndVersion[reference.name][0]
        return number


def _element(node: Node, numbers: dict[Node, int], pages: list[int], root: int) -> str:
    own = [kid[0] for kid in node.holds if not isinstance(kid, Node)]
    home = own[0] if own else -1
    kids = []
    for kid in node.holds:
        if isinstance(kid, Node):
            kids.append(f"{numbers[kid]} 0 R")
        elif kid[0] == home:
            kids.append(str(kid[1]))
        else:
            kids.append(f"<</Type /MCR /Pg {pages[kid[0]]} 0 R /MCID {kid[1]}>>")
    parts = [f"/S /{node.role} /P {numbers[node.parent] if node.parent else root} 0 R /K [{' '.join(kids)}]"]
    if own:
        parts.append(f"/Pg {pages[home]} 0 R")
    if node.scope:
        parts.append(f"/A <</O /Table /Scope /{node.scope}>>")
    if node.style:
        parts.append(f"/A <</O /List /ListNumbering {_LIST[node.style]}>>")
    if node.place:
        parts.append(f"/A <</O /Layout /BBox [{node.place}]>>")
    if node.alt:
        parts.append(f"/Alt {_text(node.alt)}")
    if node.says:
        parts.append(f"/ActualText {_text(node.says)}")
    return f"<< {' '.join(parts)} >>"


def _color(color: Color) -> str:
    return f"{color[0]:g} {color[1]:g} {color[2]:g}"


def _text(text: str) -> str:
    """A PDF text string: UTF-16 with its mark. A lone surrogate, which is no letter, becomes the stand-in."""
    whole = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
    return f"<feff{whole.encode('utf-16-be').hex()}>"
