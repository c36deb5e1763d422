"""The notes in a sign-up's history, which the domain writes as plain English, for staff."""

import re

from django.utils.translation import gettext_lazy as _

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
    r"refund agreed": _("refund agreed"),
    r"refund refused": _("refund refused"),
    r"certificate issued": _("certificate issued"),
    r"certificate revoked": _("certificate revoked"),
}


def in_words(note):
    """The note in the language of the reader; one that is not known as it was written."""
    for pattern, words in WORDS.items():
        found = re.fullmatch(pattern, note)
        if found:
            return words % found.groupdict() if found.groupdict() else str(words)
    return note


def of_sign_up(sign_up):
    """All that happened, oldest first, each with its `words`."""
    changes = list(sign_up.changes.select_related("by"))
    for change in changes:
        change.words = in_words(change.note)
    return changes
