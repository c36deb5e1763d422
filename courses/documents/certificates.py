"""Certificates of attendance as PDF, made from the facts that `Certificate.facts` holds."""

from datetime import date
from decimal import Decimal

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from courses.documents import route, typesetting
from courses.documents.typesetting import day_in_words, filled, qr_code, shown_url
from courses.values.days import days_in_words, join_words


def certificate_pdf(facts, language):
    """The bytes of a certificate in landscape, with a QR code that leads to `verify_url`."""
    with translation.override(language):
        return typesetting.pdf("certificate", _certificate_words(facts), language)


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
        "places": join_words(filled(*facts["places"])),
        "stops": route.stops(days),
        "more": [*_attended(facts), *facts.get("registers", [])],
        "extra": facts.get("extra", ""),  # not on certificates from before it was asked
        "code": facts["code"],
        "certificate_code": facts["certificate_code"],
        "issued": _("Issued on %(day)s") % {"day": day_in_words(facts["issued_on"])},
        "signers": facts["signers"] or [{"name": facts["institute"], "role": ""}],
        "verify_url": facts["verify_url"],
        "verify_shown": shown_url(facts["verify_url"]),
        "qr": qr_code(facts["verify_url"]),
        "words": {
            "awarded": _("This is to certify that"),
            "attended": pgettext("certificate", "has attended"),
            "code": _("Course code"),
            "certificate_code": _("Certificate code"),
            "check": _("Check this certificate"),
            "qr": _("QR code that leads to %(url)s") % {"url": facts["verify_url"]},
        },
    }


def _attended(facts):
    """The version and how much was attended; earlier certificates say nothing of it."""
    line = filled(facts.get("version", ""), attended_in_words(facts))
    return [" · ".join(line)] if line else []


def attended_in_words(facts):
    """“3 van de 3 dagen, 21 uur”; empty for certificates from before it was written down."""
    if not facts.get("number_of_days"):
        return ""
    words = ngettext(
        "%(attended)s of %(number)s day", "%(attended)s of %(number)s days", facts["number_of_days"]
    ) % {"attended": len(facts["days"]), "number": facts["number_of_days"]}
    if not facts.get("hours"):
        return words
    hours = formats.number_format(Decimal(str(facts["hours"])).normalize())
    return ", ".join([words, _("%(hours)s hours") % {"hours": hours}])
