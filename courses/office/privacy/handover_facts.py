"""The facts about a sign-up, and about mails, for the person whom they concern."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import invoice_pdf
from courses.models import Refund
from courses.office.people import history
from courses.values.money import format_euros


@dataclass(frozen=True)
class Fact:
    """A key for machines, a label for people, and a value: text, a number or lists of facts."""

    key: str
    label: str
    value: object

    @property
    def is_list(self):
        return isinstance(self.value, list)


def without_labels(entries):
    """Lists of facts as dicts without labels, for JSON."""
    return [
        {fact.key: without_labels(fact.value) if fact.is_list else fact.value for fact in entry}
        for entry in entries
    ]


def moment(value):
    return date_format(localtime(value), "DATETIME_FORMAT") if value else ""


def facts_of_holding(holding):
    """(facts, files) of a sign-up in the period in which this person had it."""
    sign_up = holding.sign_up
    facts = [
        Fact("course", _("Course"), sign_up.event_title),
        Fact("code", _("Course code"), sign_up.roster.code),
        Fact("held_from", _("Yours from"), moment(holding.since or sign_up.created_at)),
        Fact("held_until", _("Yours until"), moment(holding.until)),
    ]
    files = []
    if not holding.is_former:
        facts += _person(sign_up) + _agreed(sign_up) + _buyer(holding) + _lists(sign_up)
        files += _uploads(sign_up) + _certificate_file(sign_up)
    money, invoices = _money(holding)
    facts += [*money, Fact("history", _("History"), _history(holding))]
    return facts, files + invoices


def _person(sign_up):
    return [
        Fact("name", _("Name"), sign_up.full_name),
        Fact("email", _("E-mail"), sign_up.email),
        Fact("phone", _("Telephone"), sign_up.phone),
        Fact("language", _("Language"), sign_up.language),
        Fact("admission", _("Admission"), sign_up.get_admission_display()),
        Fact("motivation", _("Motivation"), sign_up.motivation),
        Fact("remarks", _("Remarks"), sign_up.remarks),
        Fact("office_note", _("Note of the office"), sign_up.office_note),
    ]


def _agreed(sign_up):
    price = "" if sign_up.price_cents is None else format_euros(sign_up.price_cents)
    return [
        Fact("state", _("State"), sign_up.get_state_display()),
        Fact("kind", _("Kind"), sign_up.get_kind_display()),
        Fact("for_work", _("For work"), _("Yes") if sign_up.for_work else _("No")),
        Fact("price", _("Price"), price),
        Fact("terms", _("Version of the terms"), sign_up.terms_version),
        Fact("signed_up", _("Signed up"), moment(sign_up.created_at)),
        Fact("confirmed", _("Confirmed"), moment(sign_up.confirmed_at)),
        Fact("paid", _("Paid"), moment(sign_up.paid_at)),
        Fact("ended", _("Ended"), moment(sign_up.ended_at)),
        Fact("end_reason", _("Why it ended"), sign_up.get_end_reason_display()),
    ]


def _buyer(holding):
    """The buyer. After a colleague, only an organisation: a private address is the colleague's."""
    buyer = getattr(holding.sign_up, "buyer", None)
    if buyer is None or (holding.since and not buyer.organisation):
        return []
    names = {
        "organisation": _("Organisation"),
        "reference": _("Reference"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "country": _("Country"),
        "email": _("E-mail for the invoice"),
    }
    given = [Fact(name, label, getattr(buyer, name)) for name, label in names.items()]
    return [Fact("invoice_data", _("Invoice data"), [given])]


def _lists(sign_up):
    wishes = [[Fact("date", _("Course date"), str(roster))] for roster in sign_up.swap_wishes.all()]
    answers = [
        [
            Fact("question", _("Question"), answer.question),
            Fact("answer", _("Answer"), answer.upload.name if answer.upload else answer.value),
        ]
        for answer in sign_up.answers.select_related("upload")
    ]
    consents = [
        [
            Fact("text", _("Text"), consent.text),
            Fact("given", _("Agreed"), _("Yes") if consent.given else _("No")),
        ]
        for consent in sign_up.consents.all()
    ]
    days = [
        [
            Fact("day", _("Day"), date_format(row.day, "j F Y")),
            Fact("present", _("Present"), _("Yes") if row.present else _("No")),
        ]
        for row in sign_up.attendance.all()
    ]
    return [
        Fact("wishes", _("Would rather attend"), wishes),
        Fact("answers", _("Answers"), answers),
        Fact("consents", _("Agreed to"), consents),
        Fact("attendance", _("Presence"), days),
    ]


def _money(holding):
    """(facts, files) of the payments and invoices in this person's period."""
    sign_up, within = holding.sign_up, holding.within
    payments = sign_up.payments.filter(within("created_at")).order_by("created_at")
    refunds = Refund.objects.filter(within("created_at"), payment__sign_up=sign_up)
    invoices = list(sign_up.invoices.filter(within("created_at")).order_by("number"))
    facts = [
        Fact("payments", _("Payments"), [_payment(row) for row in payments]),
        Fact("refunds", _("Money back"), [_payment(row) for row in refunds.order_by("created_at")]),
        Fact("invoices", _("Invoices"), [_invoice(row) for row in invoices]),
    ]
    files = [
        (_("invoices") + f"/{row.number}.pdf", invoice_pdf(row.facts, row.language))
        for row in invoices
    ]
    return facts, files


def _payment(row):
    return [
        Fact("at", _("When"), moment(row.created_at)),
        Fact("amount", _("Amount"), format_euros(row.amount_cents)),
        Fact("state", _("State"), row.get_state_display()),
        Fact("reference", _("Reference"), row.reference),
        Fact("remark", _("Remark"), row.remark),
    ]


def _invoice(row):
    return [
        Fact("number", _("Number"), row.number),
        Fact("kind", _("Kind"), row.get_kind_display()),
        Fact("date", _("Date"), date_format(row.issued_on, "j F Y")),
        Fact("amount", _("Amount"), format_euros(row.amount_cents)),
    ]


def _history(holding):
    """The changes, without the names of staff, which are the data of somebody else."""
    return [
        [
            Fact("at", _("When"), moment(change.at)),
            Fact("state", _("State"), change.get_state_display()),
            Fact("note", _("What"), str(history.in_words(change.note))),
            Fact("reason", _("Reason"), change.reason),
        ]
        for change in holding.sign_up.changes.filter(holding.within("at"))
    ]


def _uploads(sign_up):
    files = []
    for answer in sign_up.answers.select_related("upload").exclude(upload=None):
        upload = answer.upload
        if upload.file.storage.exists(upload.file.name):
            with upload.file.open("rb") as stored:
                files.append((_("files") + f"/{upload.pk}-{upload.name}", stored.read()))
    return files


def _certificate_file(sign_up):
    certificate = getattr(sign_up, "certificate", None)
    if certificate is None or not certificate.facts.get("name"):
        return []
    content = certificate_pdf(certificate.facts, certificate.language)
    return [(_("certificates") + f"/{certificate.code}.pdf", content)]


def facts_of_mails(mails):
    """(facts, files) of mails in their order, with the text as long as it is kept."""
    facts, files = [], []
    for mail in mails.prefetch_related("attachments"):
        facts.append(
            [
                Fact("at", _("When"), moment(mail.created_at)),
                Fact("to", _("To"), f"{mail.to_name} <{mail.to}>".strip()),
                Fact("subject", _("Subject"), mail.subject),
                Fact("outcome", _("State"), str(mail.outcome_label)),
                Fact("text", _("Text"), mail.readable_text or _("removed after its term")),
            ]
        )
        files += [
            (_("attachments") + f"/{mail.pk}-{attachment.filename}", bytes(attachment.content))
            for attachment in mail.attachments.all()
        ]
    return facts, files
