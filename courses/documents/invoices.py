"""Invoices and credit notes as PDF, made from the facts that `Invoice.facts` holds."""

from decimal import Decimal

from django.utils import formats, translation
from django.utils.translation import gettext as _

from courses.documents import typesetting
from courses.documents.typesetting import day_in_words, filled, filled_rows, qr_code
from courses.models import SignUp
from courses.reading import links
from courses.values.countries import abroad
from courses.values.money import NO_BREAK_SPACE, format_euros

MINUS = "\N{MINUS SIGN}"


def pdf_of(invoice):
    """The bytes of an invoice as it goes to the payer: with the pay link while it can be paid."""
    return invoice_pdf(invoice.facts, invoice.language, pay_url=_pay_url(invoice))


def invoice_pdf(facts, language, *, pay_url=""):
    """The bytes of an invoice or, by its `kind`, of a credit note, whose amounts are negative."""
    with translation.override(language):
        return typesetting.pdf("invoice", _invoice_words(facts, pay_url), language)


def _pay_url(invoice):
    """The pay link, which is made anew each time: a document in the database holds no token."""
    sign_up = invoice.sign_up
    buyer = getattr(sign_up, "buyer", None)
    is_open = invoice.due_on and sign_up.state == SignUp.State.AWAITING_PAYMENT
    return links.buyer_url(buyer) if is_open and buyer and buyer.token_hash else ""


def format_amount(cents):
    """119500 as invoices write it: “€ 1.195,00” in Dutch, “€1,195.00” in English."""
    whole = format_euros(abs(cents) // 100 * 100).removesuffix(",-")
    point = "," if NO_BREAK_SPACE in whole else "."
    return f"{MINUS if cents < 0 else ''}{whole}{point}{abs(cents) % 100:02}"


def _invoice_words(facts, pay_url=""):
    is_credit = facts["kind"] == "credit_note"
    sign = -1 if is_credit and facts["total_cents"] > 0 else 1
    seller, vat = facts["seller"], facts["vat"]
    heading = _("Credit note") if is_credit else _("Invoice")

    def amount(cents):
        return format_amount(sign * cents)

    return {
        "title": f"{heading} {facts['number']}",
        "author": seller["legal_name"] or seller["name"],
        "heading": f"{heading} {facts['number']}",
        "brand": seller["name"],
        "note": _credit_words(facts) if is_credit else "",
        "seller": _seller_columns(seller),
        "buyer": _buyer_lines(facts["buyer"]),
        "facts": filled_rows(
            (_("Date"), day_in_words(facts["issued_on"])),
            (_("Due date"), day_in_words(facts["due_on"]) if facts["due_on"] else ""),
            (_("Your reference"), facts["buyer"]["reference"]),
        ),
        "course": facts["course"],
        "what": filled_rows(
            (_("Days"), facts["days"]),
            (_("Participant"), facts["participant"]),
            (_("Course code"), facts["code"]),
        ),
        "lines": [[line["text"], amount(line["amount_cents"])] for line in facts["lines"]],
        "sums": _sums(vat, amount),
        "total": amount(facts["total_cents"]),
        "vat_note": _("Exempt from VAT (education exemption).") if vat["exempt"] else "",
        "extra": facts.get("extra", ""),  # not on invoices from before it was asked
        "pay": _pay_words(facts, amount(facts["total_cents"]), pay_url),
        "qr": qr_code(pay_url) if pay_url else "",
        "pay_url": pay_url,
        "words": _headings(),
    }


def _headings():
    return {
        "to": _("To"),
        "description": _("Description"),
        "amount": _("Amount"),
        "total": _("Total"),
        "qr": _("QR code that leads to the page where this invoice can be paid"),
    }


def _sums(vat, amount):
    if vat["exempt"]:
        return []
    percent = formats.number_format(Decimal(vat["percent"] or 0))
    return [
        [_("Total excluding VAT"), amount(vat["net_cents"])],
        [_("VAT %(percent)s%%") % {"percent": percent}, amount(vat["vat_cents"])],
    ]


def _credit_words(facts):
    credits = facts["credits"]
    return _("Credits invoice %(number)s.") % {"number": credits} if credits else ""


def _pay_words(facts, total, pay_url):
    """What remains to be paid and how, or when it was paid; the most important line first."""
    if facts["kind"] == "credit_note":
        return []
    if facts["paid_on"]:
        return _paid_words(facts)
    if not facts["due_on"]:
        return []
    asked = _("Please pay %(amount)s by %(day)s") % {
        "amount": total,
        "day": day_in_words(facts["due_on"]),
    }
    seller = facts["seller"]
    rows = [asked]
    if seller["iban"]:
        where = _("To %(iban)s in the name of %(name)s, quoting %(number)s.")
        rows.append(
            where
            % {
                "iban": _in_fours(seller["iban"]),
                "name": seller["legal_name"] or seller["name"],
                "number": facts["number"],
            }
        )
    if pay_url:
        rows.append(_("Or at once online, with the QR code or this link:"))
    return rows


def _paid_words(facts):
    day = day_in_words(facts["paid_on"])
    part = facts.get("part_cents")  # only where not all of it was paid
    if part is None:
        return [_("Paid on %(day)s") % {"day": day}]
    rest = format_amount(facts["total_cents"] - part)
    return [
        _("%(amount)s was paid on %(day)s.") % {"amount": format_amount(part), "day": day},
        _("Still to be paid: %(amount)s") % {"amount": rest},
    ]


def _in_fours(iban):
    plain = "".join(iban.split())
    return NO_BREAK_SPACE.join(plain[n : n + 4] for n in range(0, len(plain), 4))


def _town(address):
    return " ".join(filled(address["postcode"], address["city"]))


def _buyer_lines(buyer):
    country = abroad(buyer.get("country", ""))  # earlier invoices have none
    return filled(buyer["organisation"], buyer["name"], buyer["street"], _town(buyer), country)


def _seller_columns(seller):
    columns = (
        filled(seller["legal_name"] or seller["name"], seller["street"], _town(seller)),
        filled(seller["email"], seller["phone"]),
        [
            f"{label} {value}"
            for label, value in filled_rows(
                (_("KvK"), seller["kvk_number"]),
                (_("VAT id"), seller["vat_number"]),
                (_("IBAN"), _in_fours(seller["iban"])),
            )
        ],
    )
    return [column for column in columns if column]
