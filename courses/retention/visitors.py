"""How long we keep what somebody left who has not signed up."""

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.retention import CONSENT, CONTRACT, months_before, start_of
from courses.domain import date_alerts, uploads
from courses.models import DateAlert, Upload
from courses.retention.rules import rule
from courses.values import terms


def _unclaimed():
    return Upload.objects.filter(answer=None)


rule(
    "unclaimed_files",
    due=(_unclaimed, lambda now: Q(created_at__lt=now - uploads.UNCLAIMED_FOR)),
    verb=lambda pk, now, due: uploads.discard(pk),
    what=_("A file that you chose in the form but did not send"),
    purpose=_("so that you need not choose it again when something else is missing"),
    basis=CONTRACT,
    term=_("one day"),
    fields=("courses.Upload",),
    order=220,
    is_foreseen=False,
)


def _alert_over(now):
    unconfirmed = Q(confirmed_at=None, created_at__lt=now - date_alerts.UNCONFIRMED_FOR)
    return unconfirmed | Q(created_at__lt=start_of(months_before(now, terms.ALERT_MONTHS)))


rule(
    "date_alerts",
    due=(DateAlert.objects.all, _alert_over),
    verb=lambda pk, now, due: date_alerts.forget(pk, due),
    what=_("Your e-mail address, if you asked to hear of new dates"),
    purpose=_("to mail you when there is a new date"),
    basis=CONSENT,
    term=format_lazy(
        _("until you stop, at most {months} months; a week if you do not confirm it"),
        months=terms.ALERT_MONTHS,
    ),
    fields=("courses.DateAlert",),
    order=225,
    is_foreseen=False,
)
