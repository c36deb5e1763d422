"""Mails that are due by the state of the database: invoices, certificates, reminders, and those
around the course days.

Every mail has a key under which it is queued once, so each function is idempotent and may run at
any moment, even after days in which nothing ran. A mail that is pointless by then is not sent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.models import SiteSettings
from core.rows import work_through
from courses import mails
from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import pdf_of
from courses.domain import certificates, choices, invoices
from courses.models import (
    Attendance,
    Certificate,
    CourseEventPage,
    CourseEventPart,
    Invoice,
    Roster,
    SignUp,
)
from courses.reading import events, links
from courses.reading.event import Event, Part
from courses.values.money import format_euros
from mail.models import OutgoingMail

MAIL_DOCUMENTS_FOR = timedelta(days=60)  # an older one without a mail was not meant to be mailed
THANK_FOR = timedelta(days=14)
DAYTIME = range(9, 21)  # the hours (Dutch time) for mails that people did not cause themselves


def mail_documents(now: datetime | None = None) -> None:
    """Mail every invoice, credit note and certificate that has not been mailed, and is not held.

    Call it outside a transaction, because typesetting takes a while.
    """
    since = (now or timezone.now()) - MAIL_DOCUMENTS_FOR
    issued = Invoice.objects.filter(Q(created_at__gte=since) | Q(facts__held=True))
    certificates = Certificate.objects.filter(issued_at__gte=since, revoked_at=None)
    pk = Cast("pk", CharField())
    waiting = [
        *_not_mailed(issued, Concat(Value("invoice-"), pk)),
        *_not_mailed(certificates, Concat(Value("certificate-"), pk, Value("-"), "code")),
    ]
    shown = _events({row.sign_up.roster for row in waiting})

    def mail(row: Any) -> None:
        mail_one = _mail_invoice if isinstance(row, Invoice) else _mail_certificate
        mail_one(row, shown.get(row.sign_up.roster_id))

    work_through(waiting, mail, name="document")


def remind_of_payment(now: datetime | None = None) -> None:
    """Warn people who have not paid, some days before the place is released; once for each hold."""
    now = now or timezone.now()
    ahead = timedelta(days=SiteSettings.current().reminder_days)
    unpaid = SignUp.objects.filter(
        state=SignUp.State.AWAITING_PAYMENT, hold_until__gt=now, hold_until__lte=now + ahead
    )
    # A buyer who pays by invoice finds the due date on the invoice.
    invoiced = Invoice.objects.filter(sign_up=OuterRef("pk"), due_on__gte=timezone.localdate(now))
    people = unpaid.filter(~Exists(invoiced)).exclude(roster__state=Roster.State.CALLED_OFF)
    people = people.select_related("roster").order_by("pk")
    due = {f"pay-reminder-{row.pk}-{row.hold_until:%Y%m%d%H%M}": row for row in people}
    _mail_once("pay_reminder", due, _events({row.roster for row in people}), now)


def remind_to_choose(now: datetime | None = None) -> None:
    """Remind people who have not chosen, some days after their date was called off."""
    now = now or timezone.now()
    people = SignUp.objects.filter(
        state__in=SignUp.LIVE,
        roster__state=Roster.State.CALLED_OFF,
        roster__decided_at__lte=now - choices.REMIND_AFTER,
    ).exclude(hold_until__lte=now)
    rows = list(people.select_related("roster").order_by("pk"))
    due = {f"choice-reminder-{row.pk}-{row.roster.decided_at:%Y%m%d%H%M%S}": row for row in rows}
    shown = _events({row.roster for row in rows})
    _mail_once("called_off_reminder", due, shown, now, each=choices.mail_values)


def mail_practical_information(now: datetime | None = None) -> None:
    """Mail practical information some days before a person's first day, or as soon as they join."""
    today = timezone.localdate(now)
    latest = today + timedelta(days=SiteSettings.current().practical_days)

    def first_day(event: Event, parts: Sequence[Part]) -> date | None:
        return parts[0].first_day if today < parts[0].first_day <= latest else None

    rosters = _with_part(first_day__gt=today, first_day__lte=latest)
    _mail_confirmed("practical", rosters, first_day, now, key="practical-{pk}-{day:%Y%m%d}")


def mail_assignment(now: datetime | None = None) -> None:
    """Mail the assignment some weeks before the return day, but after the other course days."""
    today = timezone.localdate(now)
    latest = today + timedelta(days=SiteSettings.current().assignment_days)

    def return_day(event: Event, parts: Sequence[Part]) -> date | None:
        is_over = len(parts) == 1 or parts[-2].last_day < today
        is_near = today < parts[-1].first_day <= latest
        return parts[-1].first_day if len(event.parts) > 1 and is_over and is_near else None

    rosters = _with_part(first_day__gt=today, first_day__lte=latest)
    _mail_confirmed("assignment", rosters, return_day, now, key="assignment-{pk}-{day:%Y%m%d}")


def mail_thanks(now: datetime | None = None) -> None:
    """Thank people from the day after their last day, unless they are known to have been absent."""
    today = timezone.localdate(now)
    earliest = today - THANK_FOR

    def last_day(event: Event, parts: Sequence[Part]) -> date | None:
        return parts[-1].last_day if earliest <= parts[-1].last_day < today else None

    rosters = _with_part(last_day__gte=earliest, last_day__lt=today)
    _mail_confirmed(
        "thank_you",
        rosters,
        last_day,
        now,
        key="thank-you-{pk}",
        people=_not_absent(),
        evaluation=_evaluation,
    )


def _mail_confirmed(
    kind: str,
    rosters: Iterable[Roster],
    day_of: Callable[[Event, Sequence[Part]], date | None],
    now: datetime | None,
    *,
    key: str,
    people: QuerySet[SignUp] | None = None,
    **extra: Any,
) -> None:
    """Mail each confirmed person for whom `day_of(event, parts)` gives a day, once for a `key`."""
    shown = _events(rosters)
    people = SignUp.objects.all() if people is None else people
    confirmed = people.filter(state=SignUp.State.CONFIRMED, roster__in=list(shown))
    due = {}
    for sign_up in confirmed.select_related("roster").order_by("pk"):
        event = shown[sign_up.roster_id]
        parts = event.parts_for(sign_up.kind)
        if parts and (day := day_of(event, parts)):
            due[key.format(pk=sign_up.pk, day=day)] = sign_up
    _mail_once(kind, due, shown, now, **extra)


def _mail_once(
    kind: str,
    due: Mapping[str, SignUp],
    shown: Mapping[int, Event],
    now: datetime | None,
    each: Callable[[SignUp], Mapping[str, Any]] = lambda sign_up: {},
    **extra: Any,
) -> None:
    """Mail those of {mail key: sign-up} that have no mail with that key yet, but not at night.

    The extra placeholders are `extra` and those that `each(sign_up)` returns.
    """
    if timezone.localtime(now).hour not in DAYTIME:
        return
    written = set(OutgoingMail.objects.filter(key__in=list(due)).values_list("key", flat=True))

    def mail(mail_key: str) -> None:
        sign_up = due[mail_key]
        event = shown.get(sign_up.roster_id)
        mails.send(kind, sign_up, event, key=mail_key, **extra, **each(sign_up))

    work_through([key for key in due if key not in written], mail, name="mail")


def _with_part(**when: date) -> QuerySet[Roster]:
    """The rosters of dates with such a part, except those that were called off."""
    parts = CourseEventPart.objects.filter(page__locale=Locale.get_default(), **when)
    keys = parts.values("page__translation_key")
    return Roster.objects.filter(translation_key__in=keys).exclude(state=Roster.State.CALLED_OFF)


def _events(rosters: Iterable[Roster]) -> dict[int, Event]:
    """{roster id: its event}, in a fixed number of queries."""
    keys = [roster.translation_key for roster in rosters]
    if not keys:
        return {}
    locale = Locale.get_default()
    pages = CourseEventPage.objects.filter(locale=locale, translation_key__in=keys)
    found = events.from_pages(pages, locale=locale)
    return {event.roster.pk: event for event in found if event.roster is not None}


def _not_mailed(rows: QuerySet[Any], key: Concat) -> QuerySet[Any]:
    """The rows without a mail under this key, which each row gets as its `mail_key`."""
    written = OutgoingMail.objects.filter(key=OuterRef("mail_key"))
    waiting = rows.annotate(mail_key=key).filter(~Exists(written))
    return waiting.select_related("sign_up__roster", "sign_up__buyer").order_by("pk")


def _mail_invoice(invoice: Any, event: Event | None) -> None:
    if not invoices.release(invoice):
        return
    kind, extra = "buyer_invoice", {"pay_before": lambda: _pay_before(invoice)}
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        kind, extra = "buyer_credit_note", {}
    pdf = pdf_of(invoice)
    mails.send(
        kind,
        invoice.sign_up,
        event,
        key=invoice.mail_key,
        to=mails.payer(invoice.sign_up),
        attachments=[_pdf(invoice.number, pdf)],
        number=invoice.number,
        amount=lambda: format_euros(invoice.amount_cents),
        **extra,
    )


def _mail_certificate(certificate: Any, event: Event | None) -> None:
    pdf = certificate_pdf(certificate.facts, certificate.language)
    mails.send(
        "certificate",
        certificate.sign_up,
        event,
        key=certificate.mail_key,
        attachments=[_pdf(certificate.code, pdf)],
        certificate_url=certificates.url(certificate),
    )


def _pdf(name: str, content: bytes) -> tuple[str, bytes, str]:
    return f"{name}.pdf", content, "application/pdf"


def _pay_before(invoice: Invoice) -> str:
    if invoice.due_on is None or invoice.sign_up.paid_at:
        return ""
    asked = _("Please pay the invoice by %(day)s.") % {
        "day": date_format(invoice.due_on, "DATE_FORMAT")
    }
    buyer = getattr(invoice.sign_up, "buyer", None)
    if buyer is None or not buyer.token_hash:
        return asked
    online = _("You can also pay online, on this page:")
    return f"{asked} {online}\n{links.buyer_url(buyer)}"


def _evaluation() -> str:
    address = SiteSettings.current().evaluation_url
    if not address:
        return ""
    asked = _("Would you tell us what you thought of the course? It takes only a few minutes:")
    return f"{asked}\n{address}"


def _not_absent() -> QuerySet[SignUp]:
    """All sign-ups except those that were recorded as absent on every day."""
    noted = Attendance.objects.filter(sign_up=OuterRef("pk"))
    return SignUp.objects.filter(~Exists(noted) | Exists(noted.filter(present=True)))
