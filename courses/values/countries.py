"""The countries of an invoice address, and what a postcode looks like in some of them."""

import re

from django.utils.translation import gettext_lazy as _

HOME = "NL"
COUNTRIES = {
    "NL": _("Netherlands"),
    "BE": _("Belgium"),
    "DE": _("Germany"),
    "LU": _("Luxembourg"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "AT": _("Austria"),
    "CH": _("Switzerland"),
    "DK": _("Denmark"),
    "SE": _("Sweden"),
    "NO": _("Norway"),
    "ES": _("Spain"),
    "IT": _("Italy"),
    "PT": _("Portugal"),
    "PL": _("Poland"),
    "AW": _("Aruba"),
    "BQ": _("Caribbean Netherlands"),
    "CW": _("Curaçao"),
    "SX": _("Sint Maarten"),
    "SR": _("Suriname"),
}
# {country: (form, an example)}. People also write the country before the number.
POSTCODES = {
    "NL": (re.compile(r"(?:NL[\s-]*)?([1-9]\d{3})[\s.-]*([A-Z]{2})", re.I), "1234 AB"),
    "BE": (re.compile(r"(?:B(?:E)?[\s-]*)?([1-9]\d{3})", re.I), "9000"),
    "DE": (re.compile(r"(?:D(?:E)?[\s-]*)?(\d{5})", re.I), "48529"),
}


def written(postcode: str, country: str) -> str:
    """The postcode as one writes it in that country. Raises ValueError if it is none."""
    if country not in POSTCODES:
        return postcode
    form, _example = POSTCODES[country]
    found = form.fullmatch(postcode.strip())
    if not found:
        raise ValueError(postcode)
    return " ".join(found.groups()).upper()


def example(country: str) -> str:
    """What a postcode looks like there."""
    return POSTCODES[country][1]


def abroad(country: str) -> str:
    """The name of a country for an address; an empty string for the Netherlands."""
    return "" if country in ("", HOME) else str(COUNTRIES.get(country, country))
