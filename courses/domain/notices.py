"""What is mailed later, derived from what the database says: the money papers, the certificate, and
the mails around the course days.

Every mail has a key under which it is written once, so each function may run at any moment and be
repeated, also after days in which nothing ran. What has become pointless by then is not sent.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.logs import class_and_place
from core.models import SiteSettings
from courses import mails
from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import invoice_pdf
from courses.domain import certificates, choices
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

MAIL_PAPERS_FOR = timedelta(days=60)  # an older one without a mail was never meant to be mailed
THANK_FOR = timedelta(days=14)
DAYTIME = range(9, 21)  # the hours in which we write to people of our own accord

logger = logging.getLogger(__name__)


def mail_papers(now: datetime | None = None) -> None:
    """Mail every invoice, credit note and certificate that has not been mailed.

    Call it outside a transaction: to set a paper takes a while, and nobody shall wait for that.
    """
    since = (now or timezone.now()) - MAIL_PAPERS_FOR
    invoices = Invoice.objects.filter(created_at__gte=since)
    certificates = Certificate.objects.filter(issued_at__gte=since, revoked_at=None)
    pk = Cast("pk", CharField())
    waiting = [
        *_not_mailed(invoices, Concat(Value("invoice-"), pk)),
        *_not_mailed(certificates, Concat(Value("certificate-"), pk, Value("-"), "code")),
    ]
    shown = _events({paper.sign_up.roster for paper in waiting})
    trouble = None
    for paper in waiting:
        mail = _mail_invoice if isinstance(paper, Invoice) else _mail_certificate
        try:
            mail(paper, shown.get(paper.sign_up.roster_id))
        except Exception as error:  # one that cannot be set must not keep the others back
            logger.error(
                "%s is not mailed: %s", f"{type(paper).__name__} {paper.pk}", class_and_place(error)
            )
            trouble = error
    if trouble:
        raise trouble


def payment_reminder(now: datetime | None = None) -> None:
    """Warn who has not paid some days before the place is released; once for each term."""
    now = now or timezone.now()
    ahead = timedelta(days=SiteSettings.current().reminder_days)
    unpaid = SignUp.objects.filter(
        state=SignUp.State.AWAITING_PAYMENT, hold_until__gt=now, hold_until__lte=now + ahead
    )
    # Who pays by invoice has the day by which to pay on the invoice.
    invoiced = Invoice.objects.filter(sign_up=OuterRef("pk"), due_on__gte=timezone.localdate(now))
    people = unpaid.filter(~Exists(invoiced)).exclude(roster__state=Roster.State.CALLED_OFF)
    people = people.select_related("roster").order_by("pk")
    due = {f"pay-reminder-{row.pk}-{row.hold_until:%Y%m%d%H%M}": row for row in people}
    _write("pay_reminder", due, _events({row.roster for row in people}), now)


def choice_reminder(now: datetime | None = None) -> None:
    """Ask once more who has not chosen yet, some days after the date was called off."""
    now = now or timezone.now()
    people = SignUp.objects.filter(
        state__in=SignUp.LIVE,
        roster__state=Roster.State.CALLED_OFF,
        roster__decided_at__lte=now - choices.REMIND_AFTER,
    ).exclude(hold_until__lte=now)
    rows = list(people.select_related("roster").order_by("pk"))
    due = {f"choice-reminder-{row.pk}-{row.roster.decided_at:%Y%m%d%H%M%S}": row for row in rows}
    shown = _events({row.roster for row in rows})
    _write("called_off_reminder", due, shown, now, each=choices.for_mail)


def practical(now: datetime | None = None) -> None:
    """Practical information, some days before somebody's first day or when they join after that."""
    today = timezone.localdate(now)
    latest = today + timedelta(days=SiteSettings.current().practical_days)

    def first_day(event: Event, parts: Sequence[Part]) -> date | None:
        return parts[0].first_day if today < parts[0].first_day <= latest else None

    rosters = _with_part(first_day__gt=today, first_day__lte=latest)
    _tell("practical", rosters, first_day, now, key="practical-{pk}-{day:%Y%m%d}")


def assignment(now: datetime | None = None) -> None:
    """The assignment some weeks before the return day, never before the days ahead of it."""
    today = timezone.localdate(now)
    latest = today + timedelta(days=SiteSettings.current().assignment_days)

    def return_day(event: Event, parts: Sequence[Part]) -> date | None:
        is_over = len(parts) == 1 or parts[-2].last_day < today
        is_near = today < parts[-1].first_day <= latest
        return parts[-1].first_day if len(event.parts) > 1 and is_over and is_near else None

    rosters = _with_part(first_day__gt=today, first_day__lte=latest)
    _tell("assignment", rosters, return_day, now, key="assignment-{pk}-{day:%Y%m%d}")


def thank_you(now: datetime | None = None) -> None:
    """Thanks from the day after somebody's last day, unless we know that they were not there."""
    today = timezone.localdate(now)
    earliest = today - THANK_FOR

    def last_day(event: Event, parts: Sequence[Part]) -> date | None:
        return parts[-1].last_day if earliest <= parts[-1].last_day < today else None

    rosters = _with_part(last_day__gte=earliest, last_day__lt=today)
    _tell(
        "thank_you",
        rosters,
        last_day,
        now,
        key="thank-you-{pk}",
        people=_not_absent(),
        evaluation=_evaluation,
    )


def _tell(
    kind: str,
    rosters: Iterable[Roster],
    day_of: Callable[[Event, Sequence[Part]], date | None],
    now: datetime | None,
    *,
    key: str,
    people: QuerySet[SignUp] | None = None,
    **extra: Any,
) -> None:
    """Mail each confirmed person for whom `day_of(event, parts)` is a day, once for each `key`."""
    shown = _events(rosters)
    people = SignUp.objects.all() if people is None else people
    confirmed = people.filter(state=SignUp.State.CONFIRMED, roster__in=list(shown))
    due = {}
    for sign_up in confirmed.select_related("roster").order_by("pk"):
        event = shown[sign_up.roster_id]
        parts = event.parts_for(sign_up.kind)
        if parts and (day := day_of(event, parts)):
            due[key.format(pk=sign_up.pk, day=day)] = sign_up
    _write(kind, due, shown, now, **extra)


def _write(
    kind: str,
    due: Mapping[str, SignUp],
    shown: Mapping[int, Event],
    now: datetime | None,
    each: Callable[[SignUp], Mapping[str, Any]] = lambda sign_up: {},
    **extra: Any,
) -> None:
    """Write to those of {mail key: sign-up} who have no mail with that key yet, not at night.

    Beside `extra`, the mail of a sign-up says what `each(sign_up)` gives.
    """
    if timezone.localtime(now).hour not in DAYTIME:
        return
    written = set(OutgoingMail.objects.filter(key__in=list(due)).values_list("key", flat=True))
    for mail_key, sign_up in due.items():
        if mail_key not in written:
            event = shown.get(sign_up.roster_id)
            mails.send(kind, sign_up, event, key=mail_key, **extra, **each(sign_up))


def _with_part(**when: date) -> QuerySet[Roster]:
    """The rosters of dates with such a part, but for those that were called off."""
    parts = CourseEventPart.objects.filter(page__locale=Locale.get_default(), **when)
    keys = parts.values("page__translation_key")
    return Roster.objects.filter(translation_key__in=keys).exclude(state=Roster.State.CALLED_OFF)


def _events(rosters: Iterable[Roster]) -> dict[int, Event]:
    """{roster id: its event}, loaded together."""
    keys = [roster.translation_key for roster in rosters]
    if not keys:
        return {}
    locale = Locale.get_default()
    pages = CourseEventPage.objects.filter(locale=locale, translation_key__in=keys)
    found = events.from_pages(pages, locale=locale)
    return {event.roster.pk: event for event in found if event.roster is not None}


def _not_mailed(papers: QuerySet[Any], key: Concat) -> QuerySet[Any]:
    """Those of the papers about which there is no mail with this key, which is their `mail_key`."""
    written = OutgoingMail.objects.filter(key=OuterRef("mail_key"))
    waiting = papers.annotate(mail_key=key).filter(~Exists(written))
    return waiting.select_related("sign_up__roster", "sign_up__buyer").order_by("pk")


def _mail_invoice(invoice: Any, event: Event | None) -> None:
    kind, extra = "buyer_invoice", {"pay_before": lambda: _pay_before(invoice)}
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        kind, extra = "buyer_credit_note", {}
    pdf = invoice_pdf(invoice.facts, invoice.language)
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
    """Everybody but those of whom it was noted that they were there on none of the days."""
    noted = Attendance.objects.filter(sign_up=OuterRef("pk"))
    return SignUp.objects.filter(~Exists(noted) | Exists(noted.filter(present=True)))
