"""Where what readers see and what staff know differ: looked for at night, shown on the start page.

An app registers a kind of finding in its module `findings`, which its `apps` imports:

    @finds("ghosts", label=lambda number: ..., may=lambda user: user.has_perm(...))
    def ghosts(): -> iterable of Found

What the night job found is asked again when somebody opens the start page or the list, so that a
line is gone as soon as it is solved. As long as nothing was found, that takes no query of its own.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from core.logs import class_and_place
from core.models import Finding
from core.to_do import ToDo, Waiting

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """One finding. `key` identifies it within its kind, `url` is the page where it is solved."""

    key: str
    label: str
    url: str


@dataclass(frozen=True)
class Kind:
    """A kind of finding. `label(number)` follows the number, `may(user)` says who can solve it."""

    name: str
    find: Callable[[], Iterable[Found]]
    label: Callable[[int], str]
    may: Callable[[object], bool]


KINDS: dict[str, Kind] = {}


def finds(name, *, label, may):
    """Register the function as the one that finds this kind, in a fixed number of queries."""

    def register(find):
        KINDS[name] = Kind(name, find, label, may)
        return find

    return register


def look() -> int:
    """Look for everything, and remember it. What goes wrong with one kind concerns no other.

    Returns the number of findings.
    """
    number = 0
    for kind in KINDS.values():
        try:
            found = {item.key: item for item in kind.find()}
        except Exception as error:
            logger.error("findings of %s: %s", kind.name, class_and_place(error))
            continue
        Finding.objects.filter(kind=kind.name).exclude(key__in=found).delete()
        for item in found.values():
            facts = {"label": item.label[:255], "url": item.url}
            Finding.objects.update_or_create(kind=kind.name, key=item.key, defaults=facts)
        number += len(found)
    return number


def standing(user):
    """{kind: its Found items} that the night job found and that are still so, for this person."""
    kinds = Finding.objects.order_by("kind").values_list("kind", flat=True).distinct()
    asked = [KINDS[name] for name in kinds if name in KINDS and KINDS[name].may(user)]
    found = {kind: list(kind.find()) for kind in asked}
    return {kind: items for kind, items in found.items() if items}


@dataclass(frozen=True)
class Remembered(Waiting):
    """A line about what the night job found: if it is any, it is looked for again."""

    kind: Kind | None = None

    def counted(self, number):
        items = list(self.kind.find()) if number else []
        url = items[0].url if len(items) == 1 else self.url
        return ToDo(self.label(len(items)), len(items), url, self.order, self.icon)


def staff_to_do(user):
    for kind in KINDS.values():
        if kind.may(user):
            rows = Finding.objects.filter(kind=kind.name)
            url = reverse("findings")
            yield Remembered(rows, kind.label, url, order=180, icon="warning", kind=kind)


# --- Pages in another language than the source ---------------------------------------------------


def _may_publish(user):
    return page_permission_policy.user_has_any_permission(user, {"change", "publish"})


@finds(
    "orphaned_translations",
    label=lambda number: ngettext(
        "translation online of a page that is not",
        "translations online of pages that are not",
        number,
    ),
    may=_may_publish,
)
def orphaned_translations():
    source = Locale.get_default()
    offline = Page.objects.filter(locale=source, live=False).values("translation_key")
    pages = Page.objects.filter(live=True, translation_key__in=offline).exclude(locale=source)
    for page in pages.select_related("locale").order_by("pk"):
        yield Found(
            str(page.pk),
            f"{page.title} ({page.locale.language_code})",
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
        )
