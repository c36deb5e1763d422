import re

from wagtail.models import Page

from home.first_content import files
from home.models import Testimonial

REFERENCE = re.compile(r"(page|testimonial):(\S+)")
LINK = re.compile(r'<a href="page:([^"]+)">(.*?)</a>')


class Missing(Exception):
    """What a reference names does not exist, yet or any more."""


class References:
    """Replaces references such as “page:/contact/” by ids.

    A list item with a reference to something missing is left out; a link to it becomes plain text.
    """

    def __init__(self, home, locale):
        self._root = home.url_path
        self._locale = locale
        pages = Page.objects.filter(url_path__startswith=self._root)
        self._pages = dict(pages.values_list("url_path", "pk"))

    def add_page(self, page):
        self._pages[page.url_path] = page.pk

    def page(self, path):
        """The id of the page at this path, which starts and ends with a slash. Raises Missing."""
        try:
            return self._pages[self._root + path.lstrip("/")]
        except KeyError:
            raise Missing(path) from None

    def testimonial(self, key):
        for row in files.read_file(self._locale.language_code, "testimonials")["testimonials"]:
            if row["key"] == key:
                return find_testimonial(row, self._locale).pk
        raise Missing(key)

    def fill(self, raw):
        """`raw` (text, list or dict) with ids for references. Raises Missing if it is one alone."""
        if isinstance(raw, dict):
            return {name: self.fill(value) for name, value in raw.items()}
        if isinstance(raw, list):
            return list(self._filled(raw))
        if not isinstance(raw, str):
            return raw
        if match := REFERENCE.fullmatch(raw):
            return getattr(self, match[1])(match[2])
        return LINK.sub(self._link, raw)

    def _filled(self, items):
        for item in items:
            try:
                yield self.fill(item)
            except Missing:
                continue

    def _link(self, match):
        try:
            return f'<a linktype="page" id="{self.page(match[1])}">{match[2]}</a>'
        except Missing:
            return match[2]


def find_testimonial(row, locale):
    """The testimonial of a row of the content file. Raises Missing."""
    found = Testimonial.objects.filter(locale=locale, heading=row["heading"], name=row["name"])
    if testimonial := found.first():
        return testimonial
    raise Missing(row["key"])
