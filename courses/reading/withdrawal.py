"""Until when a person can withdraw from a sign-up, without a reason."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from courses.models import SignUp

WITHDRAWAL = timedelta(days=14)  # art. 6:230o BW: counted from the day after the contract


def withdraw_until(sign_up: SignUp) -> datetime | None:
    """The end of the 14th day after the sign-up (art. 6:230o BW); None for non-consumers.

    Somebody who signs up for work is not a consumer.
    """
    if sign_up.for_work:
        return None
    day = timezone.localdate(sign_up.created_at) + WITHDRAWAL + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def last_day(sign_up: SignUp) -> date | None:
    """The last day on which the person can withdraw; None when there is none left."""
    until = withdraw_until(sign_up)
    if until is None or until <= timezone.now():
        return None
    return timezone.localdate(until - timedelta(seconds=1))
