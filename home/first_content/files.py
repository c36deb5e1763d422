import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps

CONTENT = Path(__file__).resolve().parents[1] / "content"


@dataclass(frozen=True)
class PageFile:
    """The content file of one page."""

    name: str
    path: str
    order: int
    model: type
    values: dict  # the title, and texts for search engines
    fields: dict  # the fields of the model itself; may hold references to pages and testimonials

    @property
    def parent_path(self):
        return self.path.rstrip("/").rpartition("/")[0] + "/"

    @property
    def slug(self):
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def depth(self):
        return self.path.rstrip("/").count("/")


def read_file(language, name):
    """The parsed content of <language>/<name>.toml."""
    return tomllib.loads((CONTENT / language / f"{name}.toml").read_text(encoding="utf-8"))


def page_files(language):
    """[PageFile] of all pages: parents first, siblings in their order."""
    found = [
        _page_file(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
        for file in (CONTENT / language / "pages").glob("*.toml")
    ]
    return sorted(found, key=lambda file: (file.depth, file.parent_path, file.order))


def _page_file(name, content):
    return PageFile(
        name=name,
        path=content.pop("path"),
        order=content.pop("order"),
        model=apps.get_model(content.pop("model")),
        fields=content.pop("fields"),
        values=content,
    )
