"""The values of a sign-up in the columns about people."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from courses.values.money import format_euros


def own(name):
    return lambda row: getattr(row, name)


def of_buyer(name):
    name = "country_in_words" if name == "country" else name
    return lambda row: getattr(row.buyer, name) if hasattr(row, "buyer") else ""


def euros(row):
    return None if row.price_cents is None else Decimal(row.price_cents) / 100


def price(row):
    return "" if row.price_cents is None else format_euros(row.price_cents)


def answers(row):
    return "\n".join(f"{given.question}: {_text_of(given)}" for given in row.answers.all())


def _text_of(given):
    return given.upload.name if given.upload else given.value


def answer_to(key):
    return lambda row: next(
        (_text_of(given) for given in row.answers.all() if given.key == key), ""
    )


def wishes(row):
    return ", ".join(roster.code for roster in row.swap_wishes.all())


def certificate(row):
    certificate = getattr(row, "certificate", None)
    if certificate is None:
        return ""
    return _("revoked") if certificate.revoked_at else certificate.code


def language(row):
    return str(dict(settings.LANGUAGES).get(row.language, row.language))


def presence_on(day):
    def words(row):
        noted = next((row.present for row in row.attendance.all() if row.day == day), None)
        return "" if noted is None else _("present") if noted else _("absent")

    return words
