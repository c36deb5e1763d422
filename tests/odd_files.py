"""Odd files that people really have, made here: for every door that takes pictures or documents.

Each is {name: (file name, content)}: `PICTURES` can be shown by any program, `BROKEN` by none,
`BLANK` show one colour only, and `PDFS` open in every reader.
"""

import io
import struct
import zlib
from functools import cache

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SECRET = b"canary of a photo"  # in metadata: must be in nothing that is kept
SIZE = (120, 80)
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def drawing(mode="RGB", size=SIZE):
    """A dark bar on white, or on a transparent background in modes that have one."""
    has_alpha = mode in ("LA", "RGBA")
    image = Image.new("RGBA", size, (0, 0, 0, 0) if has_alpha else "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] // 2, size[1] // 2), fill=(0, 0, 0, 255))
    return image if mode == "RGBA" else image.convert(mode)


def written(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(size, depth, colour_type, row, *before):
    """A PNG written by hand: `row(y)` gives its raw rows, `before` are chunks (type, data)."""
    header = struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" + row(y)) for y in range(size[1])) + packer.flush()
    chunks = [(b"IHDR", header), *before, (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind, data):
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def with_exif(**options):
    exif = Image.Exif()
    exif[DESCRIPTION] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (6.0, 12.0, 0.0)})
    for tag, value in options.items():
        exif[{"orientation": ORIENTATION}[tag]] = value
    return exif


def _bar(y, ink, paper):
    return (ink if 10 <= y < 40 else paper) * SIZE[0]


def _palette():
    image = drawing("RGB").quantize(4)
    paper = image.getpixel((0, 0))
    return written(image, "PNG", transparency=paper)


@cache
def large_photo(megapixels=50):
    """A JPEG as a telephone makes it, sharp from corner to corner."""
    width = int((megapixels * 1_000_000 * 4 / 3) ** 0.5)
    return written(drawing("L", (width, width * 3 // 4)), "JPEG", quality=60)


JPEG = written(drawing(), "JPEG")
PNG = written(drawing(), "PNG")
WEBP = written(drawing(), "WEBP")
HEIC = written(drawing(), "HEIF", exif=with_exif().tobytes())
HUGE = (20_000, 20_000)

PICTURES = {
    "jpeg": ("foto.jpg", JPEG),
    "jpeg in capitals": ("DSC00012.JPEG", JPEG),
    "jfif": ("foto.jfif", JPEG),
    "progressive jpeg": ("foto.jpg", written(drawing(), "JPEG", progressive=True)),
    "grey jpeg": ("foto.jpg", written(drawing("L"), "JPEG")),
    "CMYK jpeg": ("drukwerk.jpg", written(drawing("CMYK"), "JPEG")),
    "jpeg with GPS": ("foto.jpg", written(drawing(), "JPEG", exif=with_exif())),
    "jpeg with a comment": ("foto.jpg", written(drawing(), "JPEG", comment=SECRET)),
    "jpeg with XMP": ("foto.jpg", written(drawing(), "JPEG", xmp=SECRET)),
    "jpeg turned": ("foto.jpg", written(drawing(), "JPEG", exif=with_exif(orientation=6))),
    "jpeg with bytes behind it": ("foto.jpg", JPEG + SECRET + HTML),
    "multi-picture jpeg": (
        "foto.jpg",
        written(drawing(), "MPO", save_all=True, append_images=[drawing()]),
    ),
    "jpeg named png": ("scan.png", JPEG),
    "png": ("scan.png", PNG),
    "png named jpg": ("foto.jpg", PNG),
    "png of one bit": ("scan.png", written(drawing("1"), "PNG")),
    "png of 16 bits, grey": ("scan.png", png(SIZE, 16, 0, lambda y: _bar(y, b"\x30\0", b"\xd0\0"))),
    "png of 16 bits, colour": (
        "scan.png",
        png(SIZE, 16, 2, lambda y: _bar(y, b"\0" * 6, b"\xff" * 6)),
    ),
    "png of 16 bits, grey and alpha": (
        "scan.png",
        png(SIZE, 16, 4, lambda y: _bar(y, b"\0\0\xff\xff", b"\0\0\0\0")),
    ),
    "png with alpha, grey": ("tekst.png", written(drawing("LA"), "PNG")),
    "png with alpha": ("tekst.png", written(drawing("RGBA"), "PNG")),
    "png with a palette": ("tekst.png", written(drawing().quantize(4), "PNG")),
    "png with a transparent palette": ("tekst.png", _palette()),
    "png with text": (
        "scan.png",
        png(SIZE, 8, 0, lambda y: _bar(y, b"\0", b"\xff"), (b"tEXt", b"Comment\0" + SECRET)),
    ),
    "moving png": ("scan.png", written(drawing(), "PNG", save_all=True, append_images=[drawing()])),
    "webp": ("foto.webp", WEBP),
    "webp with alpha": ("foto.webp", written(drawing("RGBA"), "WEBP", lossless=True)),
    "webp named jpg": ("foto.jpg", WEBP),
    "heic": ("IMG_0012.HEIC", HEIC),
    "heic with alpha": ("IMG_0013.heic", written(drawing("RGBA"), "HEIF")),
    "heic named jpg": ("IMG_0012.jpg", HEIC),
}
BROKEN = {
    "half a jpeg": ("foto.jpg", JPEG[: len(JPEG) // 2]),
    "half a png": ("scan.png", PNG[: len(PNG) // 2]),
    "half a webp": ("foto.webp", WEBP[: len(WEBP) // 2]),
    "half a heic": ("foto.heic", HEIC[: len(HEIC) // 2]),
    "half a gif": ("foto.gif", written(drawing("L"), "GIF")[:60]),
    "a jpeg header": ("foto.jpg", JPEG[:20]),
    "png that is damaged": ("scan.png", PNG[:50] + b"\0\0\0" + PNG[53:]),
    "png bomb": ("bomb.png", png(HUGE, 1, 0, lambda _y: b"\0" * (HUGE[0] // 8))),
    "png bomb named jpg": ("bomb.jpg", png(HUGE, 1, 0, lambda _y: b"\0" * (HUGE[0] // 8))),
    "png with a text bomb": (
        "bomb.png",
        png(
            SIZE,
            8,
            0,
            lambda y: _bar(y, b"\0", b"\xff"),
            (b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * 70_000_000)),
        ),
    ),
    "png without size": ("scan.png", png((0, 0), 8, 0, lambda _y: b"")),
    "a page named png": ("page.png", HTML),
    "a drawing named png": ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "nothing": ("foto.jpg", b""),
    "zeros": ("foto.jpg", b"\0" * 4000),
}
BLANK = {
    "white jpeg": ("foto.jpg", written(Image.new("RGB", SIZE, "white"), "JPEG")),
    "black png": ("scan.png", written(Image.new("1", SIZE), "PNG")),
    "transparent png": ("scan.png", written(Image.new("RGBA", SIZE, (9, 9, 9, 0)), "PNG")),
    "white text on a transparent ground": (
        "tekst.png",
        png(SIZE, 8, 4, lambda y: _bar(y, b"\xff\xff", b"\0\0")),
    ),
}
PDFS = {
    "pdf": ("certificaat.pdf", PDF),
    "pdf after a newline": ("certificaat.pdf", b"\r\n" + PDF),
    "pdf after a byte order mark": ("certificaat.pdf", b"\xef\xbb\xbf" + PDF),
    "pdf after a header of a printer": ("certificaat.pdf", b"\x1b%-12345X@PJL\r\n" * 8 + PDF),
    "pdf with zeros behind it": ("certificaat.pdf", PDF + b"\0" * 5000),
    "pdf without an ending": ("certificaat", PDF),
}
