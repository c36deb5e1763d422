"""Finding a person by name, e-mail address, telephone number or code, in all tables."""

from dataclasses import dataclass, field

from django.db.models import Count, Max, Q
from django.db.models.fields.json import KT

from core.folding import has_every_word, has_number, is_number
from core.models import SiteSettings
from courses.models import BuyerDetails, Certificate, DateAlert, Invoice, SignUp
from mail.models import OutgoingMail

MOST = 100  # rows of each table; staff who find more can add words


@dataclass
class Found:
    """All that was found about one e-mail address, or about one name without an address."""

    address: str
    names: list = field(default_factory=list)
    sign_ups: list = field(default_factory=list)
    documents: list = field(default_factory=list)
    pays_for: int = 0
    mails: int = 0
    kind: str = ""  # "sign-up", "payer", "alert" or "mail": with `pk` the key of the person's page
    pk: int = 0

    def identify_by(self, kind, pk):
        """Let this row be the key of the person's page, unless one was found before."""
        if not self.kind:
            self.kind, self.pk = kind, pk


class Finding(dict):
    """{address or name: Found}. `has_more`: a table had more matching rows than MOST."""

    has_more = False

    def first(self, rows):
        rows = list(rows[: MOST + 1])
        self.has_more |= len(rows) > MOST
        return rows[:MOST]


def find_people(text):
    """(people, has_more): all people with every word of `text`, those with an address first."""
    found = Finding()
    if not text.strip():
        return [], False
    _sign_ups(found, text)
    _buyers(found, text)
    _date_alerts(found, text)
    _documents(found, text)
    _mails(found, text)
    in_order = sorted(found.values(), key=lambda person: (not person.address, person.address))
    return in_order, found.has_more


def _person(found, address, name):
    key = address.strip().lower() or name.strip().casefold()
    person = found.setdefault(key, Found(address.strip().lower()))
    if name.strip() and name.strip() not in person.names:
        person.names.append(name.strip())
    return person


def _sign_ups(found, text):
    rows = SignUp.objects.select_related("roster").filter(forgotten_at=None)
    wanted = has_every_word(text, "first_name", "infix", "last_name", "email")
    if is_number(text):
        wanted |= Q(has_number(text, "phone"))
    for sign_up in found.first(rows.filter(wanted).order_by("-created_at")):
        person = _person(found, sign_up.email, sign_up.full_name)
        person.sign_ups.append(sign_up)
        person.identify_by("sign-up", sign_up.pk)


def _buyers(found, text):
    rows = BuyerDetails.objects.select_related("sign_up").filter(email__gt="")
    wanted = has_every_word(text, "organisation", "email")
    for buyer in found.first(rows.filter(wanted).order_by("-pk")):
        person = _person(found, buyer.email, buyer.organisation)
        person.pays_for += 1
        person.identify_by("payer", buyer.pk)


def _date_alerts(found, text):
    rows = DateAlert.objects.filter(has_every_word(text, "email"))
    for alert in found.first(rows.order_by("-pk")):
        _person(found, alert.email, "").identify_by("alert", alert.pk)


def _documents(found, text):
    """Documents keep the names of people who were forgotten, or were replaced by a colleague."""
    invoices = Invoice.objects.select_related("sign_up")
    named = has_every_word(text, KT("facts__participant"), KT("facts__buyer__name"))
    for invoice in found.first(invoices.filter(named).order_by("-pk")):
        name = invoice.facts["participant"] or invoice.facts["buyer"].get("name", "")
        _add_document(found, invoice.sign_up, name, invoice.number)
    certificates = Certificate.objects.select_related("sign_up")
    named = has_every_word(text, KT("facts__name"))
    for certificate in found.first(certificates.filter(named).order_by("-pk")):
        _add_document(found, certificate.sign_up, certificate.facts["name"], certificate.code)


def _add_document(found, sign_up, name, number):
    is_theirs = sign_up.full_name.casefold() == name.casefold()
    person = _person(found, sign_up.email if is_theirs else "", name)
    person.documents.append(number)
    if is_theirs or sign_up.forgotten_at:
        person.identify_by("sign-up", sign_up.pk)


def _mails(found, text):
    office = SiteSettings.current().office_address
    to_people = OutgoingMail.objects.exclude(to__iexact=office).exclude(to="")
    _add_mails(found, to_people.filter(has_every_word(text, "to", "to_name")), "to", "to_name")
    written = OutgoingMail.objects.filter(object_id=None, reply_to__gt="")
    _add_mails(found, written.filter(has_every_word(text, "reply_to", "subject")), "reply_to")


def _add_mails(found, rows, column, name=None):
    columns = [column, name] if name else [column]
    counted = rows.order_by().values(*columns).annotate(number=Count("pk"), last=Max("pk"))
    for row in found.first(counted.order_by("-last")):
        person = _person(found, row[column], row[name] if name else "")
        person.mails += row["number"]
        person.identify_by("mail", row["last"])
