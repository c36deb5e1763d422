"""What waits for the staff, as questions to the database: for the counts of the start page and for
the filters of the lists to which these lead, so that both speak of exactly the same rows.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import CourseEventPart, Invoice, Roster, SignUp

SOON = timedelta(days=3)
VENUE_KNOWN = timedelta(weeks=8)  # before the first day


def unpaid_and_ending(sign_ups):
    """Whose place lapses within three days, or any moment, because no money has come in."""
    until = timezone.now() + SOON
    return sign_ups.filter(state=SignUp.State.AWAITING_PAYMENT, hold_until__lte=until)


def overdue(invoices):
    """Invoices past their term of which something is still owed."""
    owed = invoices.filter(
        kind=Invoice.Kind.INVOICE,
        due_on__lt=timezone.localdate(),
        sign_up__paid_at__isnull=True,
    )
    credited = Coalesce(Sum("credited_by__amount_cents"), 0)
    return owed.annotate(credited_cents=credited).filter(amount_cents__gt=F("credited_cents"))


def without_venue(rosters):
    """Dates that begin within eight weeks, of which a part has no venue yet."""
    today = timezone.localdate()
    open_part = CourseEventPart.objects.filter(
        page__translation_key=OuterRef("translation_key"),
        page__locale__language_code=settings.LANGUAGE_CODE,
        venue="",
        last_day__gte=today,
    )
    return rosters.filter(
        Exists(open_part), last_day__gte=today, first_day__lte=today + VENUE_KNOWN
    ).exclude(state=Roster.State.CALLED_OFF)
