"""Querysets of what waits for staff.

The counts on the start page and the filters of the lists to which they lead share these, so that
both are about the same rows.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import CourseEventPart, Invoice, Roster, SignUp

SOON = timedelta(days=3)
VENUE_NEEDED = timedelta(weeks=8)  # before the first day


def unpaid_and_ending(sign_ups):
    """Unpaid sign-ups whose hold ends within three days, or has ended."""
    until = timezone.now() + SOON
    return sign_ups.filter(state=SignUp.State.AWAITING_PAYMENT, hold_until__lte=until)


def overdue(invoices):
    """Invoices past their due date that were neither paid nor fully credited."""
    owed = invoices.filter(
        kind=Invoice.Kind.INVOICE,
        due_on__lt=timezone.localdate(),
        sign_up__paid_at__isnull=True,
    )
    credited = Coalesce(Sum("credited_by__amount_cents"), 0)
    return owed.annotate(credited_cents=credited).filter(amount_cents__gt=F("credited_cents"))


def without_venue(rosters):
    """Dates that begin within eight weeks and have a part without a venue."""
    today = timezone.localdate()
    open_part = CourseEventPart.objects.filter(
        page__translation_key=OuterRef("translation_key"),
        page__locale__language_code=settings.LANGUAGE_CODE,
        venue="",
        last_day__gte=today,
    )
    return rosters.filter(
        Exists(open_part), last_day__gte=today, first_day__lte=today + VENUE_NEEDED
    ).exclude(state=Roster.State.CALLED_OFF)
