"""Everything about one person in one file: a page to read, JSON for machines, and the files.

Only what is theirs: of a place that went to a colleague the time in which it was theirs, of mails
the ones to them. Made in their language.
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
from courses.office.privacy.handover_facts import Fact, mails_of, sign_up_of, value_of


def archive(subject):
    """An open temporary file with the ZIP, at its beginning."""
    language = subject.sign_ups[0].language if subject.sign_ups else "nl"
    made = tempfile.TemporaryFile()  # noqa: SIM115 whoever sends it closes it
    with translation.override(language), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        facts, files = _everything(subject)
        packed.writestr(_("read-me") + ".html", _page(facts, language))
        packed.writestr("data.json", _as_json(facts))
        for name, content in files:
            packed.writestr(name, content)
    made.seek(0)
    return made


def _everything(subject):
    """(facts, [(name in the archive, bytes)])."""
    files = []
    own, former = [], []
    for holding in subject.holdings:
        facts, with_it = sign_up_of(holding)
        (former if holding.is_former else own).append(facts)
        files += with_it
    sent, with_it = mails_of(subject.mails())
    written, _none = mails_of(subject.written())
    everything = [
        Fact("made_at", _("Made"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
        Fact("institute", _("By"), SiteSettings.current().institute_name),
        Fact("email", _("E-mail address"), subject.address),
        Fact("sign_ups", _("Your sign-ups"), own),
        Fact("former_sign_ups", _("Places that went to a colleague"), former),
        Fact("paying_for", _("Invoice data as a payer"), _paying_for(subject)),
        Fact("mails", _("Mails to you"), sent),
        Fact("messages", _("Messages that you wrote to us"), written),
        Fact("retention", _("How long we keep what"), _terms()),
    ]
    return everything, files + with_it


def _paying_for(subject):
    names = {
        "organisation": _("Organisation"),
        "reference": _("Reference"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "email": _("E-mail"),
    }
    return [
        [Fact(name, label, getattr(buyer, name)) for name, label in names.items()]
        for buyer in subject.paying_for()
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
    plain = value_of([facts])[0]
    return json.dumps(plain, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _page(facts, language):
    context = {"facts": facts, "language": language}
    return render_to_string("courses/office/handover.html", context)
