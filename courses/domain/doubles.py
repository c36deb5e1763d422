"""Somebody who comes to be on a date twice, by what people change on their own page.

Staff are refused and told why. A person's own page must not tell who else is on a date (decision
16), so there the change goes through, and the office hears of it.
"""

import secrets

from django.utils import timezone
from django.utils.translation import gettext as _

from courses import mails
from courses.models import Roster, SignUp
from courses.reading import events


def exists(roster: Roster, person_key: str, *, beside: SignUp | None = None) -> bool:
    """Whether a live sign-up on this roster, other than `beside`, is of this person."""
    same = roster.sign_ups.filter(person_key=person_key, state__in=SignUp.LIVE)
    if beside is not None:
        same = same.exclude(pk=beside.pk)
    return same.exists()


def step_aside(sign_up: SignUp, roster: Roster) -> bool:
    """Make room for a second live sign-up of its person on this roster, if there is one already.

    The constraint allows one for each `person_key`, so this one gets a key of its own; the caller
    saves it. Returns whether there is one already: then the caller calls `tell_office`.
    """
    if not exists(roster, sign_up.person_key, beside=sign_up):
        return False
    sign_up.person_key = secrets.token_hex(32)
    return True


def tell_office(sign_up: SignUp) -> None:
    """Tell the office that the person is on this date twice, at most once an hour."""
    reason = _(
        "By a change on this page %(name)s, %(email)s is on this date twice now. Somebody else may"
        " have made it in their name: contact them before anything else."
    )
    facts = {"name": sign_up.full_name, "email": sign_up.email}
    hour = timezone.now().strftime("%Y%m%d%H")
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_change",
        key=f"twice-{sign_up.pk}-{sign_up.roster_id}-{hour}",
        reason=lambda: reason % facts,
    )
