"""All data about one person in a ZIP file, as article 15 of the GDPR requires: a page to read, the
same as JSON (article 20), and files. In the language of the person.

Of a sign-up that went to or came from a colleague it contains only this person's own period, and of
the mails only those to this person.
"""

import json
import tempfile
import zipfile

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import retention
from core.models import SiteSettings
from courses.office.privacy.handover_facts import (
    Fact,
    facts_of_holding,
    facts_of_mails,
    without_labels,
)


def archive(subject):
    """The ZIP as an open temporary file, at position 0. The caller closes it."""
    language = subject.sign_ups[0].language if subject.sign_ups else "nl"
    made = tempfile.TemporaryFile()  # noqa: SIM115 the caller closes it
    with translation.override(language), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        facts, files = _everything(subject)
        packed.writestr(_("read-me") + ".html", _page(facts, language))
        packed.writestr("data.json", _as_json(facts))
        for name, content in files:
            packed.writestr(name, content)
    made.seek(0)
    return made


def _everything(subject):
    """(facts, [(file name, bytes)])"""
    files = []
    own, former = [], []
    for holding in subject.holdings:
        facts, attached = facts_of_holding(holding)
        (former if holding.is_former else own).append(facts)
        files += attached
    sent, attached = facts_of_mails(subject.mails())
    written, _none = facts_of_mails(subject.written())
    everything = [
        Fact("made_at", _("Made"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        Fact("institute", _("By"), SiteSettings.current().institute_name),
        Fact("email", _("E-mail address"), subject.address),
        Fact("sign_ups", _("Your sign-ups"), own),
        Fact("former_sign_ups", _("Places that went to a colleague"), former),
        Fact("paying_for", _("Invoice data as a payer"), _paying_for(subject)),
        Fact("date_alerts", _("Where you want to hear of new dates"), _date_alerts(subject)),
        Fact("mails", _("Mails to you"), sent),
        Fact("messages", _("Messages that you wrote to us"), written),
        Fact("retention", _("How long we keep what"), _terms()),
    ]
    return everything, files + attached


def _paying_for(subject):
    names = {
        "organisation": _("Organisation"),
        "reference": _("Reference"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "country": _("Country"),
        "email": _("E-mail"),
    }
    return [
        [Fact(name, label, getattr(buyer, name)) for name, label in names.items()]
        for buyer in subject.paying_for()
    ]


def _date_alerts(subject):
    return [
        [
            Fact("town", _("Town"), str(alert)),
            Fact("asked_at", _("Asked on"), f"{timezone.localtime(alert.created_at):%Y-%m-%d}"),
        ]
        for alert in subject.date_alerts()
    ]


def _terms():
    return [
        [
            Fact("what", _("What"), str(rule.what)),
            Fact("purpose", _("What for"), str(rule.purpose)),
            Fact("basis", _("Basis"), str(rule.basis)),
            Fact("term", _("How long"), str(rule.term)),
        ]
        for rule in retention.rules()
        if rule.is_public
    ]


def _as_json(facts):
    plain = without_labels([facts])[0]
    return json.dumps(plain, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _page(facts, language):
    context = {"facts": facts, "language": language}
    return render_to_string("courses/office/handover.html", context)
