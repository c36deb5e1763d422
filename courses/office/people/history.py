"""The history of a sign-up for staff. The domain writes its notes in English."""

import re

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from courses.values.money import format_euros

WORDS = {
    r"term extended": _("term extended"),
    r"employer may pay": _("the employer may pay"),
    r"invoice chosen": _("who pays has chosen an invoice"),
    r"contact data changed": _("contact data changed"),
    r"e-mail address corrected": _("e-mail address corrected"),
    r"substitute": _("a colleague comes instead"),
    r"wishes for another date changed": _("wishes for another date changed"),
    r"(?P<code>\S+) offered": _("a place on %(code)s offered"),
    r"offer of (?P<code>\S+) lapsed": _("the offer of %(code)s has lapsed"),
    r"offer of (?P<code>\S+) refused": _("the offer of %(code)s was refused"),
    r"offer of (?P<code>\S+) withdrawn": _("the offer of %(code)s was withdrawn"),
    r"moved from (?P<left>\S+) to (?P<code>\S+)": _("moved from %(left)s to %(code)s"),
    r"beyond the capacity of (?P<code>\S+)": _("let in to %(code)s beyond capacity"),
    r"added by the office": _("added by the office"),
    r"added beyond the capacity": _("added by the office beyond capacity"),
    r"price changed from (?P<former_cents>\d+) to (?P<cents>\d+) cents": _(
        "price changed from %(former_cents)s to %(cents)s"
    ),
    r"name corrected": _("name corrected"),
    r"admission changed": _("admission corrected"),
    r"language changed": _("language of the mails changed"),
    r"purpose changed": _("for work or private: corrected"),
    r"invoice data changed": _("invoice data corrected"),
    r"note changed": _("note changed"),
    r"answers changed": _("answers filled in or corrected"),
    r"link sent again": _("link sent again"),
    r"mail sent again": _("mail sent again"),
    r"date goes ahead": _("the date goes ahead"),
    r"date called off": _("the date was called off"),
    r"date planned again": _("the date is planned again"),
    r"refund agreed": _("refund agreed"),
    r"refund refused": _("refund refused"),
    r"refund of (?P<former_cents>\d+) cents lowered to (?P<cents>\d+) cents": _(
        "refund of %(former_cents)s lowered to %(cents)s: the rest went back otherwise"
    ),
    r"payment charged back": _("the bank has taken the payment back"),
    r"charge-back reversed": _("the bank has given the payment again"),
    r"money used for this place": _("the money that waited was used for this place"),
    r"payment taken back": _("“Payment received” taken back: still to be paid"),
    r"payment recorded was taken back": _("“Payment received” taken back"),
    r"rest of (?P<cents>\d+) cents received": _("rest of %(cents)s received"),
    r"rest of (?P<cents>\d+) cents credited": _("rest of %(cents)s credited"),
    r"rest of (?P<cents>\d+) cents goes back": _("rest of %(cents)s goes back"),
    r"mail to the course group": _("mail to the course group sent"),
    r"present on (?P<day>\S+)": _("noted as present on %(day)s"),
    r"certificate issued": _("certificate issued"),
    r"certificate revoked": _("certificate revoked"),
    r"personal data removed": _("personal data removed"),
    r"registration number noted": _("registration number noted"),
    r"registration number removed": _("registration number removed"),
}


def in_words(note):
    """The note in the active language; an unknown note as it was written."""
    for pattern, words in WORDS.items():
        found = re.fullmatch(pattern, note)
        if found:
            values = {name: _value(name, text) for name, text in found.groupdict().items()}
            return words % values if values else str(words)
    return note


def _value(name, text):
    if name == "day":
        return date_format(parse_date(text), "j F Y")
    return format_euros(int(text)) if name.endswith("cents") else text


def lines_of(sign_up):
    """The changes of a sign-up, oldest first, each with the note in `words`."""
    changes = list(sign_up.changes.select_related("by"))
    for change in changes:
        change.words = in_words(change.note)
    return changes
