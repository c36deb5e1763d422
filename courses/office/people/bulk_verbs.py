"""What the office does with several people at once, each with its consequences in words."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.models import SiteSettings
from courses.domain import admission, certificates, payments, presence
from courses.models import Roster, SignUp
from courses.office.people.money import RECORDS_PAYMENTS
from courses.values.money import format_euros

State = SignUp.State


class NoForm(forms.Form):
    """Nothing to fill in. `arguments` are what `do` and `skipped_because` get along."""

    def __init__(self, *args, event=None, people=(), **kwargs):
        super().__init__(*args, **kwargs)

    def arguments(self):
        return {}

    @property
    def refusal(self):
        """Why there is nothing to do for anybody, or nothing."""
        return ""


class DayForm(NoForm):
    """Of which course day it is noted: one that has come, at first the last of them."""

    day = forms.ChoiceField(
        label=gettext_lazy("On which day?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a day.")},
    )

    def __init__(self, *args, event=None, people=(), **kwargs):
        super().__init__(*args, event=event, people=people, **kwargs)
        self.event = event
        parts = event.parts if event else ()
        days = sorted({day for part in parts for day in part.days if day <= timezone.localdate()})
        self.fields["day"].choices = [(day.isoformat(), self._label(day, people)) for day in days]
        self.initial["day"] = days[-1].isoformat() if days else None

    @property
    def refusal(self):
        if self.fields["day"].choices:
            return ""
        return _("No course day has come yet, so there is nothing to note.")

    def _label(self, day, people):
        expected = sum(not _not_present(row, day=day, event=self.event) for row in people)
        return ngettext(
            "%(day)s: %(number)s person of these", "%(day)s: %(number)s people of these", expected
        ) % {"day": date_format(day, "l j F Y"), "number": expected}

    def arguments(self):
        return {"day": parse_date(self.cleaned_data["day"]), "event": self.event}


@dataclass(frozen=True)
class Choice:
    """A button below a list, for those who are ticked."""

    slug: str
    label: str
    permissions: tuple[str, ...] = ("courses.change_signup",)


@dataclass(frozen=True)
class BulkVerb(Choice):
    """Something done to each of them by a verb of the domain, in a transaction of its own.

    `skipped_because` says why it cannot be done to somebody, or nothing. `question` and `done` get
    how many people, `consequences` the people themselves.
    """

    do: Callable = None
    skipped_because: Callable = None
    question: Callable = None
    consequences: Callable = None
    done: Callable = None
    form: type[NoForm] = NoForm


def _is_now(sign_up):
    return _("is “%(state)s”") % {"state": sign_up.get_state_display()}


# --- Payment received ------------------------------------------------------------------------


def _not_paying(sign_up):
    if sign_up.state != State.AWAITING_PAYMENT:
        return _is_now(sign_up)
    return "" if payments.can_record(sign_up) else _("the date was called off")


def _ask_payment(number):
    return ngettext(
        "Has the payment of %(number)s person arrived?",
        "Have the payments of %(number)s people arrived?",
        number,
    ) % {"number": number}


def _after_payment(people):
    total = sum(row.price_cents or 0 for row in people)
    return [
        _("You have seen at the bank that the whole price of each has arrived: %(total)s together.")
        % {"total": format_euros(total)},
        _("Their places are final and no longer lapse."),
        _(
            "Each of them gets a mail about it, and whoever pays gets the invoice, unless it was"
            " mailed before."
        ),
    ]


def _paid(number):
    return ngettext(
        "The place of %(number)s person is final.",
        "The places of %(number)s people are final.",
        number,
    ) % {"number": number}


# --- Admit -------------------------------------------------------------------------------------


def _not_judged(sign_up):
    if sign_up.state != State.REVIEW:
        return _is_now(sign_up)
    if sign_up.roster.state == Roster.State.CALLED_OFF:
        return _("the date was called off")
    if sign_up.price_cents is None:
        return _("the price is not known yet: admit this person on the page of the sign-up")
    return ""


def _ask_admission(number):
    return ngettext("Admit %(number)s person?", "Admit %(number)s people?", number) % {
        "number": number
    }


def _after_admission(people):
    said = [_("You have looked at the motivation or the certificate of each of them.")]
    if any(row.price_cents for row in people):
        said.append(
            _("Who has to pay keeps the place for %(days)s more days, until the money is there.")
            % {"days": SiteSettings.current().hold_days}
        )
    if any(row.price_cents == 0 for row in people):
        said.append(_("Who has nothing to pay has a final place at once."))
    return [*said, _("Each of them gets a mail about it.")]


def _admitted(number):
    return ngettext(
        "%(number)s person has been admitted.", "%(number)s people have been admitted.", number
    ) % {"number": number}


# --- Present -----------------------------------------------------------------------------------


def _not_present(sign_up, day=None, event=None):
    if sign_up.state != State.CONFIRMED:
        return _is_now(sign_up)
    if day and day not in presence.expected_days(sign_up, event):
        return _("does not come on that day")
    if day and any(row.day == day and row.present for row in sign_up.attendance.all()):
        return _("was noted as present already")
    return ""


def _ask_presence(number):
    return ngettext(
        "Note that %(number)s person was there?", "Note that %(number)s people were there?", number
    ) % {"number": number}


def _after_presence(people):
    return [
        _("Who was there on a day can get a certificate."),
        _("Nobody gets a mail about it. About the others nothing is noted."),
        _("You can change it later, under “Presence” of the course group."),
    ]


def _present(number):
    return ngettext(
        "%(number)s person was noted as present.",
        "%(number)s people were noted as present.",
        number,
    ) % {"number": number}


# --- Certificates ------------------------------------------------------------------------------


def _no_certificate(sign_up):
    if sign_up.state != State.CONFIRMED:
        return _is_now(sign_up)
    certificate = getattr(sign_up, "certificate", None)
    if certificate and certificate.revoked_at is None:
        return _("has a certificate already")
    if not any(row.present for row in sign_up.attendance.all()):
        return _("no presence noted")
    return ""


def _ask_certificates(number):
    return ngettext(
        "Issue a certificate to %(number)s person?",
        "Issue certificates to %(number)s people?",
        number,
    ) % {"number": number}


def _after_certificates(people):
    missed = [row.full_name for row in people if not all(d.present for d in row.attendance.all())]
    said = [
        _("Each of them gets a mail with the certificate, within some minutes."),
        _("It names the days on which the person was there."),
    ]
    if missed:
        said.append(_("Absent on one of the days: %(names)s.") % {"names": ", ".join(missed)})
    return said


def _issued(number):
    return ngettext(
        "%(number)s certificate has been issued; it is mailed within some minutes.",
        "%(number)s certificates have been issued; they are mailed within some minutes.",
        number,
    ) % {"number": number}


MAIL = Choice("mail", gettext_lazy("Mail them"))
EXPORT = Choice("export", gettext_lazy("Export"), ("courses.view_signup",))
PAYMENT = BulkVerb(
    "record-payment",
    gettext_lazy("Payment received"),
    RECORDS_PAYMENTS,
    do=payments.record,
    skipped_because=_not_paying,
    question=_ask_payment,
    consequences=_after_payment,
    done=_paid,
)
ADMISSION = BulkVerb(
    "accept",
    gettext_lazy("Admit"),
    do=admission.admit,
    skipped_because=_not_judged,
    question=_ask_admission,
    consequences=_after_admission,
    done=_admitted,
)
PRESENCE = BulkVerb(
    "present",
    gettext_lazy("Note as present"),
    do=presence.mark_present,
    skipped_because=_not_present,
    question=_ask_presence,
    consequences=_after_presence,
    done=_present,
    form=DayForm,
)
CERTIFICATES = BulkVerb(
    "certificates",
    gettext_lazy("Issue certificates"),
    do=certificates.issue,
    skipped_because=_no_certificate,
    question=_ask_certificates,
    consequences=_after_certificates,
    done=_issued,
)

OF_ROSTER = (MAIL, PAYMENT, ADMISSION, PRESENCE, CERTIFICATES, EXPORT)
OF_ALL = (PAYMENT, ADMISSION, CERTIFICATES, EXPORT)
