"""People who want to hear of a new date: ask, confirm, stop, and the mail when there is one.

Nothing is sent before the address was confirmed, and nobody learns whether an address is known.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from wagtail.models import Locale

from core.backups import erasures
from courses.mails import date_alerts as mails
from courses.models import CourseEventPage, CourseEventPart, DateAlert
from courses.reading import events, links
from courses.reading.event import Event
from mail.models import OutgoingMail

MOST_FOR_ONE_ADDRESS = 10
UNCONFIRMED_FOR = timedelta(days=7)
NEWS_FOR = timedelta(days=120)  # after its publication a date is no news any more


def towns() -> list[str]:
    """The towns that one can choose: where dates are or were."""
    parts = CourseEventPart.objects.filter(page__locale=Locale.get_default(), page__live=True)
    return sorted(set(parts.exclude(place="").values_list("place", flat=True)))


@transaction.atomic
def ask(email: str, town: str, language: str) -> None:
    """Write down the request and mail the link to confirm it, at most once an hour.

    A request that was confirmed before stays as it is.
    """
    now = timezone.now()
    own = DateAlert.objects.filter(email__iexact=email)
    alert = own.filter(town=town).first()
    if alert is None:
        if own.count() >= MOST_FOR_ONE_ADDRESS:
            return
        alert = DateAlert(email=email, town=town, language=language, created_at=now)
        links.issue(alert)
        alert.save()
    if alert.confirmed_at is None:
        mails.send_confirmation(alert, key=f"date-alert-{alert.pk}-{now:%Y%m%d%H}")


@transaction.atomic
def confirm(alert: DateAlert) -> None:
    """Confirm the request. Idempotent."""
    DateAlert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())


@transaction.atomic
def stop(alert: DateAlert) -> None:
    """Remove the request with the address. Idempotent."""
    _remove(DateAlert.objects.filter(pk=alert.pk))


def forget(pk: int, due: QuerySet[Any]) -> bool:
    """Remove a request that is in `due`. Returns whether it was."""
    return bool(_remove(due.filter(pk=pk)))


@transaction.atomic
def forget_address(email: str) -> None:
    """Remove all requests of this address."""
    _remove(DateAlert.objects.filter(email__iexact=email))


def _remove(alerts: QuerySet[Any]) -> int:
    for alert in alerts:
        erasures.note("courses.date_alert", alert.pk, mark=alert.created_at)
    return alerts.delete()[0]


def tell_of_new_dates() -> int:
    """Mail whoever asked for it about each date that was published since and can be joined.

    Returns how many mails were queued. Nobody is told of a date twice.
    """
    alerts = list(DateAlert.objects.exclude(confirmed_at=None).order_by("pk"))
    if not alerts:
        return 0
    sent = 0
    for language in sorted({alert.language for alert in alerts}):
        spoken = [alert for alert in alerts if alert.language == language]
        sent += sum(_tell(event, since, spoken) for event, since in _news(language))
    return sent


def _news(language: str) -> list[tuple[Event, datetime]]:
    """[(event, when it was published)] of the dates that are new and open."""
    locale = Locale.objects.filter(language_code=language).first() or Locale.get_default()
    since = timezone.now() - NEWS_FOR
    new = CourseEventPage.objects.filter(
        locale=Locale.get_default(), live=True, first_published_at__gte=since
    )
    published = dict(new.values_list("pk", "first_published_at"))
    if not published:
        return []
    found = events.coming(locale=locale)
    return [
        (event, at)
        for event in found
        if (at := published.get(event.facts.pk)) and event.can_sign_up
    ]


def _tell(event: Event, published: datetime, alerts: Iterable[DateAlert]) -> int:
    keys = {
        f"date-alert-{alert.pk}-{event.roster_id}": alert
        for alert in alerts
        if alert.town in ("", *event.places)
        and alert.confirmed_at is not None
        and alert.confirmed_at < published
    }
    used = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in keys.keys() - used:
        mails.send_new_date(keys[key], event, key=key)
    return len(keys.keys() - used)


def demand() -> list[tuple[str, int]]:
    """[(town, number of people who wait for a date there)], most first; “” is wherever."""
    found = DateAlert.objects.exclude(confirmed_at=None).values("town")
    counted = found.annotate(number=Count("pk")).order_by("-number", "town")
    return [(row["town"], row["number"]) for row in counted]
