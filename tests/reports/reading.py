"""A PDF read back through PDFium: its text, its structure tree, its fonts. Nothing here knows how it was made."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium


class Element(NamedTuple):
    """A structure element of one page: role, spoken text, attributes, marked contents, children, what it shows."""

    role: str
    says: str
    attributes: dict[str, str]
    contents: tuple[int, ...]
    children: tuple[Element, ...]
    alt: str

    def all(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.all()


def texts(data: bytes) -> list[str]:
    """The text of each page, in the order it is drawn.

    Where a line ends with a hyphen, PDFium takes it for a broken word and gives U+FFFE in its stead.
    """
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in document]


def squeezed(text: str) -> str:
    """*text* with every stretch of white space as one space, letters in one form."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def footer_of(page: str) -> str:
    return squeezed(page[page.rindex("Print ") :])


def body(data: bytes) -> str:
    """All text but the footers, pages joined."""
    return squeezed(" ".join(page[: page.rindex("Print ")] for page in texts(data)))


def metadata(data: bytes) -> dict[str, str]:
    with pypdfium2.PdfDocument(data) as document:
        found: dict[str, str] = document.get_metadata_dict(skip_empty=True)
        return found


def trees(data: bytes) -> list[Element]:
    """The structure of each page, from the document element down. Roles are the standard ones they are mapped to."""
    with pypdfium2.PdfDocument(data) as document:
        return [_tree(page) for page in document]


def _tree(page: Any) -> Element:
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    assert pdfium.FPDF_StructTree_CountChildren(tree) == 1
    try:
        return _element(pdfium.FPDF_StructTree_GetChildAtIndex(tree, 0))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _element(raw: Any) -> Element:
    children, contents = [], []
    for at in range(pdfium.FPDF_StructElement_CountChildren(raw)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(raw, at)
        if child:
            children.append(_element(child))
        elif (number := pdfium.FPDF_StructElement_GetChildMarkedContentID(raw, at)) >= 0:  # else on another page
            contents.append(number)
    return Element(
        _string(pdfium.FPDF_StructElement_GetType, raw),
        _string(pdfium.FPDF_StructElement_GetActualText, raw),
        dict(_attributes(raw)),
        tuple(contents),
        tuple(children),
        _string(pdfium.FPDF_StructElement_GetAltText, raw),
    )


def _attributes(raw: Any) -> Iterator[tuple[str, str]]:
    for at in range(max(0, pdfium.FPDF_StructElement_GetAttributeCount(raw))):
        attributes = pdfium.FPDF_StructElement_GetAttributeAtIndex(raw, at)
        for name in ("Scope", "ListNumbering"):
            value = pdfium.FPDF_StructElement_Attr_GetValue(attributes, name.encode())
            if value:
                yield name, _string(pdfium.FPDF_StructElement_Attr_GetStringValue, value, inside=True)


def _string(call: Any, raw: Any, *, inside: bool = False) -> str:
    """A string that PDFium writes into a buffer of ours."""
    room = ctypes.c_ulong()
    if inside:
        call(raw, None, 0, ctypes.byref(room))
        need = room.value
    else:
        need = call(raw, None, 0)
    if not need:
        return ""
    buffer = ctypes.create_string_buffer(need)
    if inside:
        call(raw, buffer, need, ctypes.byref(room))
    else:
        call(raw, buffer, need)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


class Drawn(NamedTuple):
    """A text object of a page: the marked content it belongs to (-1: an artifact), its text, place and size."""

    content: int
    text: str
    left: float
    bottom: float
    right: float
    size: float


def drawn(data: bytes) -> list[list[Drawn]]:
    """The text objects of each page, in the order they are drawn."""
    found = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            reader = page.get_textpage()
            objects = []
            for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                left, bottom, right, _top = thing.get_bounds()
                text = _object_text(thing, reader)
                size = ctypes.c_float()
                pdfium.FPDFTextObj_GetFontSize(thing, ctypes.byref(size))
                objects.append(
                    Drawn(pdfium.FPDFPageObj_GetMarkedContentID(thing), text, left, bottom, right, size.value)
                )
            found.append(objects)
    return found


def _object_text(thing: Any, reader: Any) -> str:
    need = pdfium.FPDFTextObj_GetText(thing, reader, None, 0)
    buffer = (ctypes.c_ushort * (need // 2))()
    pdfium.FPDFTextObj_GetText(thing, reader, buffer, need)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def fonts(data: bytes) -> dict[str, bool]:
    """Each font of the file by its name, and whether it is embedded."""
    listed = re.findall(rb"/BaseFont /(\S+)", data)
    held = re.findall(rb"/FontFile2 \d+ 0 R.*?/FontName /(\S+)", data, re.DOTALL)
    return {name.decode(): name in held for name in listed}


def catalog(data: bytes) -> str:
    """The document's catalog, as it is written in the file."""
    number = re.search(rb"/Root (\d+) 0 R", data)
    assert number
    return written(data, int(number[1]))


def written(data: bytes, number: int) -> str:
    """Object *number*, as it is written in the file."""
    found = re.search(rb"(?:^|\n)%d 0 obj\n?(.*?)endobj" % number, data, re.DOTALL)
    assert found, number
    return found[1].decode("latin-1")


def said(data: bytes) -> str:
    """All the text of a print as it is taken out of the file, without artifacts: feet, table heads that return."""
    found: list[str] = []
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            reader = page.get_textpage()
            for at in range(pdfium.FPDFText_CountChars(reader)):
                if not pdfium.FPDFText_IsGenerated(reader, at):
                    thing = pdfium.FPDFText_GetTextObject(reader, at)
                    if pdfium.FPDFPageObj_GetMarkedContentID(thing) < 0:
                        continue
                code = pdfium.FPDFText_GetUnicode(reader, at)
                found.append("-" if code in (2, 0xFFFE) else chr(code))
            found.append(" ")
    return words_alone("".join(found))


def words_alone(text: str) -> str:
    """*text* without the dots that stand between what belongs to an entry, which depend on what fits a line."""
    return " ".join(word for word in squeezed(text).split(" ") if word != "·")
