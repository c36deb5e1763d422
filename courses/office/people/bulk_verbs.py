"""The verbs that the office does to several people at once."""

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from core.models import SiteSettings
from courses.domain import admission, cancellations, certificates, payments, presence
from courses.models import Roster, SignUp
from courses.office.asking import NoForm, Verb
from courses.office.people import letters
from courses.office.people.bulk_moving import MOVE
from courses.office.people.money import RECORDS_PAYMENTS
from courses.office.people.received import DayForm as ReceivedOn
from courses.values.money import format_euros

State = SignUp.State
MAIL = Verb(name="mail", label=gettext_lazy("Mail them"))
EXPORT = Verb(name="export", label=gettext_lazy("Export"), permissions=("courses.view_signup",))


# --- Payment received ------------------------------------------------------------------------


def _why_no_payment(sign_up, day=None):
    return "" if payments.can_record(sign_up) else _("the date was called off")


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
        *filter(None, [letters.on_documents(people)]),
    ]


PAYMENT = Verb(
    name="record_payment",
    permissions=RECORDS_PAYMENTS,
    do=payments.record,
    states=(State.AWAITING_PAYMENT,),
    why_not=_why_no_payment,
    label=gettext_lazy("Payment received"),
    question=ngettext_lazy(
        "Has the payment of %(number)s person arrived?",
        "Have the payments of %(number)s people arrived?",
        "number",
    ),
    consequences=_after_payment,
    form=ReceivedOn,
    done=ngettext_lazy(
        "The place of %(number)s person is final.",
        "The places of %(number)s people are final.",
        "number",
    ),
)


# --- Admit -------------------------------------------------------------------------------------


def _why_not_admitted(sign_up):
    if sign_up.roster.state == Roster.State.CALLED_OFF:
        return _("the date was called off")
    if sign_up.price_cents is None:
        return _("the price is not known yet: admit this person on the page of the sign-up")
    return ""


def _after_admission(people):
    sentences = [_("You have looked at the motivation or the certificate of each of them.")]
    if any(row.price_cents for row in people):
        sentences.append(
            _("Who has to pay keeps the place for %(days)s more days, until the money is there.")
            % {"days": SiteSettings.current().hold_days}
        )
    if any(row.price_cents == 0 for row in people):
        sentences.append(_("Who has nothing to pay has a final place at once."))
    return [*sentences, _("Each of them gets a mail about it.")]


ADMISSION = Verb(
    name="accept",
    do=admission.admit,
    states=(State.REVIEW,),
    why_not=_why_not_admitted,
    label=gettext_lazy("Admit"),
    question=ngettext_lazy("Admit %(number)s person?", "Admit %(number)s people?", "number"),
    consequences=_after_admission,
    done=ngettext_lazy(
        "%(number)s person has been admitted.", "%(number)s people have been admitted.", "number"
    ),
)


# --- Present -----------------------------------------------------------------------------------


class DayForm(NoForm):
    """The course day on which they were present: one of those so far, by default the last."""

    day = forms.ChoiceField(
        label=gettext_lazy("On which day?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a day.")},
    )

    def __init__(self, data=None, *, about, event=None):
        super().__init__(data, about=about)
        self.event = event
        parts = event.parts if event else ()
        days = sorted({day for part in parts for day in part.days if day <= timezone.localdate()})
        self.fields["day"].choices = [(day.isoformat(), self._label(day, about)) for day in days]
        self.initial["day"] = days[-1].isoformat() if days else None

    @property
    def problem(self):
        if self.fields["day"].choices:
            return ""
        return _("No course day has come yet, so there is nothing to note.")

    def _label(self, day, people):
        expected = sum(not PRESENCE.why_skipped(row, day=day, event=self.event) for row in people)
        return ngettext(
            "%(day)s: %(number)s person of these", "%(day)s: %(number)s people of these", expected
        ) % {"day": date_format(day, "l j F Y"), "number": expected}

    def arguments(self):
        return {"day": parse_date(self.cleaned_data["day"]), "event": self.event}


def _why_not_present(sign_up, day=None, event=None):
    if day and day not in presence.expected_days(sign_up, event):
        return _("does not come on that day")
    if day and any(row.day == day and row.present for row in sign_up.attendance.all()):
        return _("was noted as present already")
    return ""


def _after_presence(people):
    return [
        _("Who was there on a day can get a certificate."),
        _("Nobody gets a mail about it. About the others nothing is noted."),
        _("You can change it later, under “Presence” of the course group."),
    ]


PRESENCE = Verb(
    name="present",
    do=presence.mark_present,
    states=(State.CONFIRMED,),
    why_not=_why_not_present,
    label=gettext_lazy("Note as present"),
    question=ngettext_lazy(
        "Note that %(number)s person was there?",
        "Note that %(number)s people were there?",
        "number",
    ),
    consequences=_after_presence,
    form=DayForm,
    done=ngettext_lazy(
        "%(number)s person was noted as present.",
        "%(number)s people were noted as present.",
        "number",
    ),
)


# --- Certificates ------------------------------------------------------------------------------


def _why_no_certificate(sign_up):
    certificate = getattr(sign_up, "certificate", None)
    if certificate and certificate.revoked_at is None:
        return _("has a certificate already")
    if not any(row.present for row in sign_up.attendance.all()):
        return _("no presence noted")
    return ""


def _after_certificates(people):
    missed = [row.full_name for row in people if not all(d.present for d in row.attendance.all())]
    sentences = [
        _("Each of them gets a mail with the certificate, within some minutes."),
        _("It names the days on which the person was there."),
    ]
    if missed:
        sentences.append(_("Absent on one of the days: %(names)s.") % {"names": ", ".join(missed)})
    return [*sentences, *filter(None, [letters.on_certificates(people)])]


CERTIFICATES = Verb(
    name="certificates",
    do=certificates.issue,
    states=(State.CONFIRMED,),
    why_not=_why_no_certificate,
    label=gettext_lazy("Issue certificates"),
    question=ngettext_lazy(
        "Issue a certificate to %(number)s person?",
        "Issue certificates to %(number)s people?",
        "number",
    ),
    consequences=_after_certificates,
    done=ngettext_lazy(
        "%(number)s certificate has been issued; it is mailed within some minutes.",
        "%(number)s certificates have been issued; they are mailed within some minutes.",
        "number",
    ),
)

# --- Cancel ------------------------------------------------------------------------------------


def _why_not_cancelled(sign_up):
    if cancellations.quote(sign_up).paid_cents:
        return _("has paid: decide what goes back on the page of the sign-up")
    return ""


def _cancel(sign_up, *, by):
    return cancellations.cancel(sign_up, by=by, paid_cents=0)


def _after_cancelling(people):
    return [
        _("Their places are free again for others, at once."),
        _("Each of them gets a mail about it. An invoice that was sent is credited."),
        _("This cannot be undone: they would have to sign up again."),
    ]


CANCELLATION = Verb(
    name="cancel",
    do=_cancel,
    states=SignUp.LIVE,
    why_not=_why_not_cancelled,
    label=gettext_lazy("Cancel sign-up"),
    question=ngettext_lazy(
        "Cancel the sign-up of %(number)s person?",
        "Cancel the sign-ups of %(number)s people?",
        "number",
    ),
    consequences=_after_cancelling,
    is_serious=True,
    done=ngettext_lazy(
        "%(number)s sign-up has been cancelled.",
        "%(number)s sign-ups have been cancelled.",
        "number",
    ),
)

OF_ROSTER = (MAIL, PAYMENT, ADMISSION, PRESENCE, CERTIFICATES, MOVE, CANCELLATION, EXPORT)
OF_ALL = (PAYMENT, ADMISSION, CERTIFICATES, CANCELLATION, EXPORT)
