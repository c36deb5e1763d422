"""Papers as tagged PDF (PDF/UA-1) in the house's face: invoice, certificate, brochure.

Those for the days of a course itself are in `courses.documents.day_papers`.

Each function takes plain facts (what a JSON file could hold) and a language, and answers the bytes
of a PDF. Here facts become words in that language; `typst/*.typ` only sets them. The words travel
as JSON, so nothing that a person typed can ever become markup.
"""

import io
import json
import logging
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import segno
import typst
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.values.days import days_in_words
from courses.values.money import NO_BREAK_SPACE, format_euros

FOLDER = Path(__file__).parent / "typst"
SHORT_BREAK = 10  # days; as on the timeline of the page
MINUS = "\N{MINUS SIGN}"
NO_GLYPH = "could not be displayed"  # typst's words when no font at hand has a letter

logger = logging.getLogger(__name__)


def invoice(facts, language):
    """An invoice or, by its `kind`, a credit note. Amounts of a credit note show as negative."""
    with translation.override(language):
        return pdf("invoice", _invoice_words(facts), language)


def certificate(facts, language):
    """A certificate of attendance, landscape, with a QR code that leads to `verify_url`."""
    with translation.override(language):
        return pdf("certificate", _certificate_words(facts), language)


def brochure(facts, language):
    """The brochure of one course date, as PDF; facts as `documents.brochures` makes them."""
    with translation.override(language):
        return pdf("brochure", _brochure_words(facts), language)


def format_amount(cents):
    """119500 as money papers write it: “€ 1.195,00” in Dutch, “€1,195.00” in English."""
    whole = format_euros(abs(cents) // 100 * 100).removesuffix(",-")
    point = "," if NO_BREAK_SPACE in whole else "."
    return f"{MINUS if cents < 0 else ''}{whole}{point}{abs(cents) % 100:02}"


def day_in_words(iso):
    """“2027-01-14” as “14 januari 2027”."""
    return formats.date_format(date.fromisoformat(iso), "j F Y")


def shown_url(url):
    """An address as people write it: without the protocol and the last slash."""
    return url.partition("://")[2].rstrip("/")


def pdf(paper, words, language):
    """Set `typst/<paper>.typ` with words that are ready to read; they want a title and author."""
    words |= {"language": language, "title": " ".join(words["title"].split())}
    source, inputs = FOLDER / f"{paper}.typ", {"data": _as_json(words)}
    try:
        return _compile(source, inputs, standards=["ua-1"])
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
    # PDF/UA forbids a letter that no font has. A paper with a box is better than no paper.
    logger.warning("A letter of this %s is in none of our fonts; made without PDF/UA", paper)
    return _compile(source, inputs, standards=[])


def _as_json(words):
    # Composed, as fonts have them: “ễ” as one letter, not as three.
    return unicodedata.normalize("NFC", json.dumps(words, ensure_ascii=False))


def _compile(source, inputs, *, standards):
    return typst.compile(
        str(source),
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=standards,
    )


@cache
def _fonts():
    """Read once. Only our own, so that a paper looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER / "fonts")])


def _rows(*pairs):
    """The pairs that have a value."""
    return [[label, value] for label, value in pairs if value]


def _lines(*texts):
    return [text for text in texts if text]


def _invoice_words(facts):
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
        "facts": _rows(
            (_("Date"), day_in_words(facts["issued_on"])),
            (_("Due date"), day_in_words(facts["due_on"]) if facts["due_on"] else ""),
            (_("Your reference"), facts["buyer"]["reference"]),
        ),
        "course": facts["course"],
        "what": _rows(
            (_("Days"), facts["days"]),
            (_("Participant"), facts["participant"]),
            (_("Course code"), facts["code"]),
        ),
        "lines": [[line["text"], amount(line["amount_cents"])] for line in facts["lines"]],
        "sums": []
        if vat["exempt"]
        else [
            [_("Total excluding VAT"), amount(vat["net_cents"])],
            [_("VAT %(percent)s%%") % {"percent": _percent(vat)}, amount(vat["vat_cents"])],
        ],
        "total": amount(facts["total_cents"]),
        "vat_note": _("Exempt from VAT (education exemption).") if vat["exempt"] else "",
        "pay": _pay_words(facts, amount(facts["total_cents"])),
        "words": {
            "to": _("To"),
            "description": _("Description"),
            "amount": _("Amount"),
            "total": _("Total"),
        },
    }


def _percent(vat):
    return formats.number_format(Decimal(vat["percent"] or 0))


def _credit_words(facts):
    credits = facts["credits"]
    return " ".join(
        _lines(
            _("Credits invoice %(number)s.") % {"number": credits} if credits else "",
            facts.get("reason", ""),
        )
    )


def _pay_words(facts, total):
    """What is still to be done about the money, the most important first."""
    if facts["kind"] == "credit_note":
        return []
    if facts["paid_on"]:
        return [_("Paid on %(day)s") % {"day": day_in_words(facts["paid_on"])}]
    if not facts["due_on"]:
        return []
    asked = _("Please pay %(amount)s by %(day)s") % {
        "amount": total,
        "day": day_in_words(facts["due_on"]),
    }
    seller = facts["seller"]
    if not seller["iban"]:
        return [asked]
    return [
        asked,
        _("To %(iban)s in the name of %(name)s, quoting %(number)s.")
        % {
            "iban": _in_fours(seller["iban"]),
            "name": seller["legal_name"] or seller["name"],
            "number": facts["number"],
        },
    ]


def _in_fours(iban):
    plain = "".join(iban.split())
    return NO_BREAK_SPACE.join(plain[n : n + 4] for n in range(0, len(plain), 4))


def _town(address):
    return " ".join(_lines(address["postcode"], address["city"]))


def _buyer_lines(buyer):
    return _lines(buyer["organisation"], buyer["name"], buyer["street"], _town(buyer))


def _seller_columns(seller):
    columns = (
        _lines(seller["legal_name"] or seller["name"], seller["street"], _town(seller)),
        _lines(seller["email"], seller["phone"]),
        [
            f"{label} {value}"
            for label, value in _rows(
                (_("KvK"), seller["kvk_number"]),
                (_("VAT id"), seller["vat_number"]),
                (_("IBAN"), _in_fours(seller["iban"])),
            )
        ],
    )
    return [column for column in columns if column]


def _certificate_words(facts):
    days = [date.fromisoformat(day) for day in facts["days"]]
    return {
        "title": _("Certificate of attendance: %(name)s") % {"name": facts["name"]},
        "author": facts["institute"],
        "brand": facts["institute"],
        "heading": _("Certificate of attendance"),
        "name": facts["name"],
        "course": facts["course"],
        "days": days_in_words([(day, day) for day in days]),
        "places": _and(facts["places"]),
        "stops": _stops(days),
        "code": facts["code"],
        "certificate_code": facts["certificate_code"],
        "issued": _("Issued on %(day)s") % {"day": day_in_words(facts["issued_on"])},
        "signers": facts["signers"] or [{"name": facts["institute"], "role": ""}],
        "verify_url": facts["verify_url"],
        "verify_shown": shown_url(facts["verify_url"]),
        "qr": _qr(facts["verify_url"]),
        "words": {
            "awarded": _("This is to certify that"),
            "attended": pgettext("certificate", "has attended"),
            "code": _("Course code"),
            "certificate_code": _("Certificate code"),
            "check": _("Check this certificate"),
            "qr": _("QR code that leads to %(url)s") % {"url": facts["verify_url"]},
        },
    }


def _and(words):
    words = _lines(*words)
    if len(words) < 2:
        return "".join(words)
    return _("%(list)s and %(last)s") % {"list": ", ".join(words[:-1]), "last": words[-1]}


def _stops(days):
    """Where the days lie on the drawn route (0 to 1): together when close, else a stretch apart."""
    gaps = [0] + [
        1 if (later - earlier).days < SHORT_BREAK else 8 for earlier, later in pairwise(days)
    ]
    total = sum(gaps) or 1
    so_far, stops = 0, []
    for gap in gaps:
        so_far += gap
        stops.append(round(0.06 + 0.88 * so_far / total, 4))
    return stops


def _qr(url):
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=0, dark="#17362a", light=None, xmldecl=False
    )
    return picture.getvalue().decode()


def _brochure_words(facts):
    return facts | {
        "title": f"{facts['heading']}, {facts['days']}",
        "author": facts["institute"]["name"],
        "brand": facts["institute"]["name"],
        "as_of": _("As of %(day)s") % {"day": day_in_words(facts["today"])},
        "qr": _qr(facts["url"]),
        "words": {
            "days": _("The days of this course"),
            "included": _("What is included"),
            "good_to_know": _("Good to know"),
            "admission": _("Who can take part"),
            "return_day": _("The return day"),
            "assessment": _("Assessment"),
            "accreditations": _("Accreditations"),
            "questions": _("Do you have a question?"),
            "team": _("The teaching team"),
            "qr": _("QR code that leads to %(url)s") % {"url": facts["url"]},
        },
    }
