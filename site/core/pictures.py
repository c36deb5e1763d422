"""Pictures that people send, judged by content and written anew: only the pixels are kept.

A photo tells where and with which telephone it was taken; a file that is named after one format may
be of another, and a small one may hold more pixels than fit in memory.
"""

import io
import threading
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()

FORMATS = ("AVIF", "GIF", "HEIF", "JPEG", "PNG", "WEBP")
LONGEST_SIDE = 4000  # pixels: the widest rendition has 1200, a scan of A4 keeps 300 dots an inch
MOST_PIXELS = 64_000_000
HIDDEN = ("comment", "Comment", "Description", "exif", "photoshop", "xmp", "XML:com.adobe.xmp")

# One at a time in a process: a picture of 64 megapixels takes some 250 MB while it is read.
_one_at_a_time = threading.Lock()


class PictureError(Exception):
    """The picture cannot be taken."""


class UnreadableError(PictureError):
    """No picture, one of another kind, or a damaged one."""


class TooLargeError(PictureError):
    """More pixels than fit in memory."""


@contextmanager
def reading(content, formats=FORMATS):
    """A block with (image, its format): upright, LONGEST_SIDE at most, in L, RGB or RGBA.

    Only one block runs at a time in a process. Whatever goes wrong in it is taken for a fault of
    the file. Raises UnreadableError, TooLargeError, or the PictureError of the block.
    """
    try:
        with _one_at_a_time, Image.open(io.BytesIO(content), formats=formats) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLargeError
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at a part of its size
            upright = ImageOps.exif_transpose(image)  # how the camera was held is metadata
            upright = _in_eight_bits(upright)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            yield upright, image.format
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise TooLargeError from None
    except Exception as error:  # decoders raise anything at all on a file made to break them
        raise UnreadableError from error


def encoded(image, kind):
    """The bytes of the pixels as “PNG” or “JPEG”."""
    image.info.clear()  # an encoder writes comments and profiles that it finds there
    written = io.BytesIO()
    image.save(written, kind, quality=90)
    return written.getvalue()


def cleaned(content):
    """(bytes, extension) of the picture as a JPEG or a PNG; what is transparent stays so.

    Raises UnreadableError or TooLargeError.
    """
    with reading(content) as (image, kind):
        if image.mode == "RGBA" or kind in ("PNG", "GIF"):
            return encoded(image, "PNG"), "png"
        return encoded(image, "JPEG"), "jpg"


def tells_more(content):
    """Whether the file holds more than pixels; also of one that cannot be read."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return bool(image.getexif()) or any(name in image.info for name in HIDDEN)
    except Exception:
        return True


def _in_eight_bits(image):
    """In grey, colour, or colour with transparency."""
    if image.mode.startswith("I"):  # sixteen bits, which converting would cut off
        return image.point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")
