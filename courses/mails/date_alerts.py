"""The mails about new dates to people who asked for them and have not signed up."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.models import SiteSettings
from courses.mails.kinds import default_text
from courses.mails.values import event_values
from courses.models import DateAlert
from courses.reading import links
from courses.reading.event import Event
from courses.values.places import at_place
from mail.kinds import MailKind, register
from mail.outbox import queue
from mail.placeholders import LINK_WORDS

PLACEHOLDERS = {
    "where": _("the town, as in a sentence"),
    "alert_url": _("link to confirm or to stop"),
    "institute": _("name of the institute"),
}
OF_THE_DATE = {
    "the_course": _("the course as in a sentence, such as “the three-day course in Dalfsen”"),
    "starts": _("first day and town"),
    "days": _("days and places, a line for each part"),
    "event_url": _("link to the page of the date"),
}
SAMPLES = {
    "where": "in Dalfsen",
    "alert_url": "https://example.org/nieuwe-data/voorbeeld/",
    "institute": "Runningtherapie.nl",
    "the_course": "de driedaagse cursus runningtherapie in Dalfsen",
    "starts": "18 maart 2027, Dalfsen",
    "days": "Lesdagen: 18 en 19 maart 2027, Dalfsen\nTerugkomdag: 30 juni 2027, Dalfsen",
    "event_url": "https://example.org/cursus/runningtherapie/rt18032027/",
}
LINK_WORDS.update(event_url=_("Look at the date"), alert_url=_("Confirm or stop"))


def _register(key, label, placeholders):
    texts = {language: default_text(key, language) for language, _name in settings.LANGUAGES}
    register(
        MailKind(
            key=key,
            label=label,
            placeholders=placeholders,
            subject={language: subject for language, (subject, _body) in texts.items()},
            body={language: body for language, (_subject, body) in texts.items()},
            samples={name: SAMPLES[name] for name in placeholders},
        )
    )


_register("date_alert_confirm", _("New dates: confirm that you want to hear of them"), PLACEHOLDERS)
_register("date_alert_new", _("New dates: there is one"), PLACEHOLDERS | OF_THE_DATE)


def send_confirmation(alert: DateAlert, *, key: str) -> None:
    """Queue the mail with the link to confirm, once for each key."""
    _send("date_alert_confirm", alert, {}, key)


def send_new_date(alert: DateAlert, event: Event, *, key: str) -> None:
    """Queue the mail about a new date, given in the language of the person, once for each key."""
    with translation.override(alert.language):
        facts = event_values(event)
        values = {name: facts[name] for name in OF_THE_DATE if name in facts}
        values["event_url"] = event.page.full_url or settings.SITE_URL + event.url
        _send("date_alert_new", alert, values, key)


def _send(kind, alert, values, key):
    with translation.override(alert.language):
        where = at_place(alert.town) if alert.town else str(_("wherever it is"))
        queue(
            kind=kind,
            to=alert.email,
            language=alert.language,
            values={
                "where": where,
                "alert_url": links.date_alert_url(alert),
                "institute": SiteSettings.current().institute_name,
                **values,
            },
            key=key,
            reply_to=SiteSettings.current().email,
        )
