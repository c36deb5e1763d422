"""Every size in which an image is shown.

All are made when the image is saved, none during a visitor's request: encoding takes up to a
second, and visitors could fill the disk.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """The widths (in pixels) for one place in the design; `ratio` crops to width:height.

    `sizes` is the attribute of that name of <source>.
    """

    widths: tuple[int, ...]
    sizes: str
    ratio: tuple[int, int] | None = None

    def filters(self):
        """(width, filter spec) of each WebP rendition, smallest first."""
        for width in self.widths:
            yield width, self._resize(width) + "|format-webp"

    def fallback(self):
        """The filter spec of the JPEG for browsers without WebP."""
        return self._resize(self.widths[len(self.widths) // 2]) + "|format-jpeg"

    def _resize(self, width):
        if self.ratio is None:
            return f"width-{width}"
        return f"fill-{width}x{width * self.ratio[1] // self.ratio[0]}"


SHAPES = {
    "body": Shape(widths=(400, 800, 1200), sizes="(min-width: 60rem) 42rem, 100vw"),
    "portrait": Shape(widths=(200, 400, 640), sizes="(min-width: 40rem) 16rem, 50vw", ratio=(4, 5)),
    "poster": Shape(
        widths=(400, 800, 1200), sizes="(min-width: 60rem) 42rem, 100vw", ratio=(16, 9)
    ),
    "share": Shape(widths=(1200,), sizes="1200px", ratio=(120, 63)),
}


def all_filters():
    """The filter spec of every rendition that the site can show."""
    for shape in SHAPES.values():
        for _width, spec in shape.filters():
            yield spec
        yield shape.fallback()
