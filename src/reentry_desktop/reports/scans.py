"""Scanned papers: bytes that somebody else made are judged by what they are, and made anew before they are kept.

A picture is decoded and written again: what stood beside its pixels (a place, a name, another file behind its end) is
gone. A PDF is written again without what acts, hides or tells of its maker, and every stream in it is unpacked once
within bounds, so that nothing in it can swell up later. Memory stays below about 300 MB whatever the file says.
"""

from __future__ import annotations

import io
import re
import time
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import msgspec
import pikepdf
from PIL import Image, ImageOps

from ..base.problems import Problem
from ..base.words import _

PIXELS = 40_000_000
"""Of one picture, before it is made smaller: a letter page at 600 dots per inch has 34 million."""
LONGEST = 4_000
"""Pixels of a kept picture's longer side: a letter page at 360 dots per inch."""
PAGES = 100
_SIDE = 5_000.0  # points of a page's longer side
_UNPACKED, _UNPACKED_IN_ALL = 64 << 20, 256 << 20  # bytes of one stream, of all
_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
_ACTING = (
    "/AA", "/A", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/RichMediaContent",
    "/Metadata", "/PieceInfo", "/Collection", "/Thumb",
)  # fmt: skip
# Of each stream: its chain of filters. Others are so rare in scans, or so good for hiding, that they are refused.
_FILTERS = {
    (), ("/FlateDecode",), ("/DCTDecode",), ("/JPXDecode",), ("/CCITTFaxDecode",), ("/JBIG2Decode",),
    ("/FlateDecode", "/DCTDecode"),
}  # fmt: skip
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_UNPACKED, run_length_max_memory=_UNPACKED, png_max_memory=_UNPACKED, tiff_max_memory=_UNPACKED,
    dct_max_memory=_UNPACKED, max_stream_filters=2, doc_max_warnings=50, parser_max_container_size=200_000,
)  # fmt: skip


class Scan(msgspec.Struct, frozen=True):
    """A paper as it is kept: ``kind`` is pdf, jpeg or png."""

    kind: str
    data: bytes
    pages: int


def read_scan(data: bytes, most: int) -> Scan:
    """What *data* shows, made anew. *most* is how many bytes may be kept. Raises ``Problem`` in plain words."""
    if data.startswith(_PDF):
        made = _pdf(data)
    elif data.startswith((_PNG, _JPEG)):
        made = _picture(data)
    else:
        raise Problem(
            _(
                "This file is not a PDF and not a JPEG or PNG picture, whatever it is called. Nothing was kept. "
                "Scan the paper again and choose PDF or JPEG."
            ),
            code="kind",
        )
    if len(made.data) > most:
        raise too_large(most)
    return made


def too_large(most: int) -> Problem:
    """What to say of a file of more than *most* bytes."""
    return Problem(
        _(
            "This file is too large: a scanned paper may have {most} MB. Nothing was kept. "
            "Scan it in gray, at 200 or 300 dots per inch, or each page by itself."
        ).format(most=most >> 20),
        code="size",
    )


def as_pdf(scan: Scan) -> bytes:
    """The same as a PDF, to be looked at and printed: a picture becomes one page, as large as letter paper allows."""
    if scan.kind == "pdf":
        return scan.data
    out = io.BytesIO()
    with Image.open(io.BytesIO(scan.data), formats=["JPEG", "PNG"]) as picture:
        flat = picture if picture.mode in ("L", "RGB") else _on_white(picture)
        dots, never = max(72.0, flat.width / 8.0, flat.height / 10.5), time.gmtime(0)  # the same bytes each time
        flat.save(out, format="PDF", resolution=dots, creationDate=never, modDate=never)
    return out.getvalue()


# Pictures


def pages_after(first: bytes, then: bytes) -> bytes:
    """See ``reports.pages_after``."""
    with pikepdf.open(io.BytesIO(first)) as document, pikepdf.open(io.BytesIO(then)) as more:
        document.pages.extend(more.pages)
        out = io.BytesIO()
        document.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _picture(data: bytes) -> Scan:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is judged on the next line
            picture: Image.Image = Image.open(io.BytesIO(data), formats=["JPEG", "PNG"])
        if picture.width * picture.height > PIXELS:
            raise _too_many()
        kind = "png" if picture.format == "PNG" else "jpeg"
        picture.thumbnail((LONGEST, LONGEST))
        picture = ImageOps.exif_transpose(picture)
        out = io.BytesIO()
        if kind == "png":
            _plain(picture).save(out, format="PNG")
        else:
            _plain(picture).save(out, format="JPEG", quality=85)
    except Image.DecompressionBombError as error:
        raise _too_many() from error
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise _damaged() from error
    return Scan(kind, out.getvalue(), 1)


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone: black and white, gray or colored; what shone through stands on white."""
    if picture.mode in ("1", "L", "RGB"):
        made = picture.copy()
    elif picture.mode in ("CMYK", "YCbCr", "I;16", "I", "F"):
        made = picture.convert("RGB" if picture.mode in ("CMYK", "YCbCr") else "L")
    else:
        made = _on_white(picture)
    made.info = {}
    return made


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "1":
        return picture.convert("L")
    with_alpha = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white


# PDFs


def _pdf(data: bytes) -> Scan:
    named = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data) if b"#" in data else data
    if b"/LZWDecode" in named:  # the one filter without a bound of its own
        raise _odd()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if document.is_encrypted:
                raise _locked()
            pages = len(document.pages)
            if not 0 < pages <= PAGES:
                raise Problem(
                    _(
                        "This PDF has {n} pages; one scanned paper may have 1 to {most}. Nothing was kept. Scan it in "
                        "parts."
                    ).format(n=pages, most=PAGES),
                    code="pages",
                )
            _bound(document)
            out = io.BytesIO()
            document.remove_unreferenced_resources()
            document.save(
                out, encryption=False, fix_metadata_version=False, compress_streams=True, recompress_flate=False,
                object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )  # fmt: skip
    except pikepdf.PasswordError as error:
        raise _locked() from error
    except (pikepdf.PdfError, pikepdf.DependencyError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise _damaged() from error
    made = out.getvalue()
    if zipfile.is_zipfile(io.BytesIO(made)):
        raise _odd()
    return Scan("pdf", made, pages)


def _bound(document: pikepdf.Pdf) -> None:
    """Take out what acts or hides; raise ``Problem`` where anything is larger, unpacked, than a paper is."""
    unpacked = 0
    for thing in _dictionaries(document):
        for key in _ACTING:
            if key in thing:
                del thing[key]
        if isinstance(thing, pikepdf.Stream):
            unpacked += _stream(thing)
            if unpacked > _UNPACKED_IN_ALL:
                raise _too_many()
    if "/Names" in document.Root:
        del document.Root["/Names"]
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for page in document.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        across, down = abs(right - left), abs(top - bottom)
        if not (10 <= across <= _SIDE and 10 <= down <= _SIDE and 1 / 8 < across / down < 8):
            raise _odd()


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others too."""
    waiting: list[Any] = list(document.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            waiting += [thing[key] for key in thing.keys() if not _stands_alone(thing[key])]  # noqa: SIM118  (a stream is not iterable)
        elif isinstance(thing, pikepdf.Array):
            waiting += [one for one in thing if not _stands_alone(one)]


def _stands_alone(thing: Any) -> bool:
    """Whether it is among the document's objects anyway, or holds nothing."""
    return not isinstance(thing, pikepdf.Object) or thing.is_indirect


def _stream(stream: pikepdf.Stream) -> int:
    """How many bytes it has unpacked. A photo in it loses what stands beside its pixels."""
    told = stream.get("/Filter", pikepdf.Array([]))
    chain = tuple(str(name) for name in (told if isinstance(told, pikepdf.Array) else [told]))
    if chain not in _FILTERS:
        raise _odd()
    is_picture = stream.get("/Subtype") == pikepdf.Name.Image
    if is_picture and int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > PIXELS:
        raise _too_many()
    if chain[-1:] == ("/DCTDecode",):
        raw = stream.read_raw_bytes() if len(chain) == 1 else stream.read_bytes(pikepdf.StreamDecodeLevel.generalized)
        photo, pixels = _photo(raw)
        if pixels > PIXELS:
            raise _too_many()
        stream.write(photo, filter=pikepdf.Name.DCTDecode, decode_parms=None)
        return len(photo)
    if chain and chain != ("/FlateDecode",):
        return len(stream.read_raw_bytes())
    try:
        return len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
    except pikepdf.PdfError as error:
        raise _too_many() from error


def _photo(data: bytes) -> tuple[bytes, int]:
    """A JPEG without comments and application data but Adobe's word on its colors, and how many pixels it has."""
    if not data.startswith(_JPEG):
        raise _damaged()
    kept, at, pixels = [data[:2]], 2, 0
    while at + 4 <= len(data):
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at] != 0xFF or length < 2:
            raise _damaged()
        if mark == 0xDA:  # the pixels follow
            end = data.rfind(b"\xff\xd9")
            return b"".join([*kept, data[at : end + 2 if end > at else len(data)]]), pixels
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            pixels = max(
                pixels, int.from_bytes(data[at + 5 : at + 7], "big") * int.from_bytes(data[at + 7 : at + 9], "big")
            )
        if not (0xE0 <= mark <= 0xEF or mark == 0xFE) or mark in (0xE0, 0xEE):
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    raise _damaged()


# What is said


def _too_many() -> Problem:
    return Problem(
        _(
            "This file would swell up to far more than a scanned paper has when it is opened. Nothing was kept, and "
            "nothing was harmed. Scan the paper again, at 200 or 300 dots per inch."
        ),
        code="bomb",
    )


def _odd() -> Problem:
    return Problem(
        _(
            "This PDF has parts that a scanned paper does not have; something else may hide in it. Nothing was kept. "
            "Print it and scan the paper, or save it again as a plain PDF."
        ),
        code="odd",
    )


def _locked() -> Problem:
    return Problem(
        _("This PDF is locked with a passphrase. Nothing was kept. Save it without one, then add it here: the store "
          "is encrypted."),
        code="locked",
    )  # fmt: skip


def _damaged() -> Problem:
    return Problem(
        _("This file is damaged and cannot be shown. Nothing was kept. Scan the paper again."), code="damaged"
    )
