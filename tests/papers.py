"""Papers to scan, invented, and files that only look like one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

MOST = 5 << 20


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (600, 800), **more: Any) -> bytes:
    """A page with a line on it."""
    made = Image.new("RGB", size, "white")
    ImageDraw.Draw(made).line((40, 60, size[0] - 40, 60), fill="black", width=6)
    out = io.BytesIO()
    made.save(out, format=kind, **more)
    return out.getvalue()


def with_a_place() -> bytes:
    """A photo that says where it was taken, by which camera, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kestrel Cameras"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 17.0, 5.0), 3: "W", 4: (90.0, 3.0, 9.0)})
    return picture(size=(800, 600), exif=exif.tobytes(), comment=b"at the north gate")


def png(width: int, height: int, *, chunks: bytes = b"") -> bytes:
    """A PNG of that size by its own word, whose pixels are a few zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunks + chunk(b"IDAT", zlib.compress(bytes(4000))) + chunk(b"IEND", b"")


def pdf(*, pages: int = 1, content: bytes = b"0 0 m 100 100 l S", **root: Any) -> bytes:
    """A plain PDF."""
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page(page_size=(612, 792))
            document.pages[-1].Contents = document.make_stream(content)
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def pdf_with_photo(photo: bytes, width: int, height: int) -> bytes:
    """A PDF of a scanner: one photo to the page."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(612, 792))
        image = document.make_stream(photo, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width,
                                     Height=height, ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
                                     Filter=pikepdf.Name.DCTDecode)  # fmt: skip
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        document.pages[0].Contents = document.make_stream(b"q 612 0 0 792 0 0 cm /Im0 Do Q")
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def packed(*, times: int = 1) -> bytes:
    """200 MB of zeros, deflated once or twice."""
    squeezing, block = zlib.compressobj(9), bytes(1 << 20)
    data = b"".join([*(squeezing.compress(block) for _n in range(200)), squeezing.flush()])
    return data if times == 1 else zlib.compress(data, 9)


def pdf_bomb(*, times: int = 1) -> bytes:
    """A PDF whose page unpacks to 200 MB."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(612, 792))
        stream = document.make_stream(b"")
        names = pikepdf.Array([pikepdf.Name.FlateDecode] * times)
        stream.write(packed(times=times), filter=names, decode_parms=None)
        document.pages[0].Contents = stream
        out = io.BytesIO()
        document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def pdf_bomb_of_objects() -> bytes:
    """The same zeros where the file's objects lie: a reader unpacks them before anybody can look."""
    zeros = packed()
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(zeros)
    body = b"%PDF-1.5\n1 0 obj\n" + head + b"\nstream\n" + zeros + b"\nendstream\nendobj\n"
    rows = b"".join(struct.pack(">BHB", *row) for row in ((0, 0, 0), (1, 9, 0), (2, 1, 0)))
    head = b"<< /Type /XRef /Size 3 /W [1 2 1] /Root 2 0 R /Length %d >>" % len(rows)
    table = b"3 0 obj\n" + head + b"\nstream\n" + rows + b"\nendstream\nendobj\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def zipped() -> bytes:
    """A ZIP file with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("page.html", "<script>alert(1)</script>")
    return out.getvalue()


def noise(side: int) -> bytes:
    """A gray picture that does not pack: about a byte for each of *side* times *side* pixels."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 200).save(out, format="PNG")
    return out.getvalue()
