"""Pictures that participants upload: on white, so that nothing on them is lost on paper."""

import base64
from typing import BinaryIO

from PIL import Image

from core.pictures import PictureError, encoded, reading

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LARGEST_PNG = 4 * 1024 * 1024
FAINTEST = 4  # steps of brightness: less is one colour with the noise of a JPEG
THUMBNAIL = (240, 240)


class BlankError(PictureError):
    """One colour from corner to corner."""


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The picture as (JPEG or PNG, its MIME type), on white; see `core.pictures`.

    Raises UnreadableError, TooLargeError or BlankError.
    """
    with reading(content, FORMATS) as (image, kind):
        image = _on_white(image)
        if _is_blank(image):
            raise BlankError
        png = encoded(image, "PNG") if kind == "PNG" else None
        if png and len(png) <= LARGEST_PNG:
            return png, "image/png"
        return encoded(image, "JPEG"), "image/jpeg"


def thumbnail(file: BinaryIO) -> str:
    """A small picture of a cleaned one as a data: address, so that no other address shows it."""
    with Image.open(file) as image:
        image.draft(None, THUMBNAIL)
        image.thumbnail(THUMBNAIL)
        small = encoded(image.convert("RGB"), "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(small).decode()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _is_blank(image: Image.Image) -> bool:
    extrema = image.getextrema()
    channels = extrema if image.mode == "RGB" else [extrema]
    return all(most - least <= FAINTEST for least, most in channels)
