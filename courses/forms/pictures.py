"""Pictures that people upload: judged by content, written anew without anything hidden in them."""

import base64
import io
import threading
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LONGEST_SIDE = 4000  # pixels; a page of A4 stays as sharp as a scan of 300 dots an inch
MOST_PIXELS = 64_000_000
LARGEST_PNG = 4 * 1024 * 1024
FAINTEST = 4  # steps of brightness: less is one colour with the noise of a JPEG
THUMBNAIL = (240, 240)

# One at a time in a process: a picture of 64 megapixels takes some 250 MB while it is read.
_one_at_a_time = threading.Lock()


class UnreadableError(Exception):
    """No picture, one of another kind, or a damaged one."""


class TooLargeError(Exception):
    """More pixels than fit in memory."""


class BlankError(Exception):
    """One colour from corner to corner."""


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The picture as (JPEG or PNG, its MIME type): upright, on white, LONGEST_SIDE at most.

    Nothing but the pixels is kept. Raises UnreadableError, TooLargeError or BlankError.
    """
    try:
        with _one_at_a_time, Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _written(_upright(image), image.format)
    except (TooLargeError, BlankError):
        raise
    except Image.DecompressionBombError:
        raise TooLargeError from None
    except Exception as error:  # decoders raise anything at all on a file made to break them
        raise UnreadableError from error


def thumbnail(file: BinaryIO) -> str:
    """A small picture of a cleaned one as a data: address, so that no other address shows it."""
    with Image.open(file) as image:
        image.draft(None, THUMBNAIL)
        image.thumbnail(THUMBNAIL)
        written = io.BytesIO()
        image.convert("RGB").save(written, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()


def _upright(image: Image.Image) -> Image.Image:
    if image.width * image.height > MOST_PIXELS:
        raise TooLargeError
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG can be read at a part of its size
    image = ImageOps.exif_transpose(image)  # how the camera was held is metadata
    image = _on_white(image)
    if max(image.size) > LONGEST_SIDE:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    extrema = image.getextrema()
    channels = extrema if image.mode == "RGB" else [extrema]
    if all(most - least <= FAINTEST for least, most in channels):
        raise BlankError
    return image


def _on_white(image):
    """The picture in grey or colour, without a transparent background."""
    if image.mode.startswith("I"):  # sixteen bits, which converting would cut off
        return image.point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        return paper.convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _written(image, kind):
    image.info.clear()  # an encoder writes comments and profiles that it finds there
    written = io.BytesIO()
    if kind == "PNG":
        image.save(written, "PNG")
        if written.tell() <= LARGEST_PNG:
            return written.getvalue(), "image/png"
        written = io.BytesIO()
    image.save(written, "JPEG", quality=90)
    return written.getvalue(), "image/jpeg"
