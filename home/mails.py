from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.models import SiteSettings
from mail.kinds import MailKind, register
from mail.outbox import queue

register(
    MailKind(
        key="contact_message",
        label=_("To the office: message from the contact page"),
        placeholders={
            "name": _("name"),
            "email": _("e-mail address"),
            "message": _("message"),
        },
        subject={"nl": "Bericht van {name} via de site", "en": "Message from {name} via the site"},
        body={
            "nl": "{name} ({email}) schrijft:\n\n{message}",
            "en": "{name} ({email}) writes:\n\n{message}",
        },
        samples={
            "name": "Noor",
            "email": "noor@example.org",
            "message": "Goedemorgen,\nEen vraag.",
        },
    )
)


def contact_message(*, name, email, message):
    """Queue a visitor's message for the office; a reply to it goes to the visitor."""
    queue(
        kind="contact_message",
        to=SiteSettings.current().office_address,
        language=settings.LANGUAGE_CODE,
        values={"name": name, "email": email, "message": message},
        reply_to=email,
    )
