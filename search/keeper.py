"""Each process keeps an index for each language, and makes it anew when the site has changed.

A change is a row with a new value, written after the commit. So every process sees it at its next
search, whoever published: a web process, the worker or a shell.
"""

from dataclasses import dataclass
from functools import partial
from threading import Lock

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail import signals
from wagtail.models import Page, PageViewRestriction, TranslatableMixin

from core.models import SiteSettings
from core.once import remembering
from search.index import Index
from search.models import Generation
from search.passages import passages


@dataclass(frozen=True)
class Kept:
    """An index, and the state of the site that it was made of."""

    state: tuple
    index: Index


_kept: dict[int, Kept] = {}  # {id of a locale: its index}
_building = Lock()


def index_of(locale):
    """The index of what is published in this language now."""
    generation = _uncommitted_change() or Generation.current()
    state = (connection.settings_dict["NAME"], generation, timezone.localdate())
    kept = _kept.get(locale.pk)
    if kept is None or kept.state != state:
        with _building:
            kept = _kept.get(locale.pk)
            if kept is None or kept.state != state:
                kept = _kept[locale.pk] = Kept(state, _built(locale))
    return kept.index


def renew(**_signal):
    """Have every process make its index anew after the commit. The arguments are a signal's."""
    transaction.on_commit(partial(Generation.begin))


def install():
    """Renew whenever something changes that a reader sees."""
    for model in apps.get_models():
        is_text = issubclass(model, TranslatableMixin) and not issubclass(model, Page)
        if is_text or model in (PageViewRestriction, SiteSettings):
            post_save.connect(renew, sender=model)
            post_delete.connect(renew, sender=model)
        elif issubclass(model, Page):
            post_delete.connect(renew, sender=model)
    for change in (
        signals.page_published,
        signals.page_unpublished,
        signals.post_page_move,
        signals.page_slug_changed,
    ):
        change.connect(renew)


def _built(locale):
    with remembering(uses_cache=False):
        return Index(passages(locale), locale.language_code, timezone.localdate())


def _uncommitted_change():
    """The last change of this transaction, if any: only the transaction itself may see it."""
    waiting = [after for _ids, after, _robust in connection.run_on_commit]
    ours = [after for after in waiting if getattr(after, "func", None) == Generation.begin]
    return ours[-1] if ours else None
