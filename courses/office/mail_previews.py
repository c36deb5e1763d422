"""Previews of the mail that participants of a course group get, shown before it is sent."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.models import SiteSettings
from courses.mails import samples
from courses.mails.values import part_in_words
from mail import kinds
from mail.outbox import wording
from mail.rendering import render


def per_language(kind, roster, people, values_of):
    """A preview per language of these sign-ups, with a made-up name and links that lead nowhere.

    `values_of(sign_up)` returns the placeholders that only this kind of mail has. It is called for
    the first sign-up in each language, with that language active. Each preview is a dict with
    `language`, `mail` and the `url` where staff change the text.
    """
    first = {}
    for sign_up in people:
        first.setdefault(sign_up.language, sign_up)
    return [
        _preview(kind, roster, language, sign_up, values_of)
        for language, sign_up in sorted(first.items())
    ]


def day_lines(parts):
    """The placeholder {days}: a line for each part."""
    return "\n".join(part_in_words(part) for part in parts)


def _preview(key, roster, language, sign_up, values_of):
    kind = kinds.get(key)
    subject, body = wording(kind, language)
    settled = SiteSettings.current()
    with translation.override(language):
        example = samples.example_values(language)
        values = {name: example[name] for name in kind.placeholders} | {
            "course": sign_up.event_title,
            "code": roster.code,
            "institute": settled.institute_name,
            "method": settled.payment_method_name,
        }
        mail = render(
            subject=subject,
            body=body,
            values=values | values_of(sign_up),
            language=language,
        )
    return {
        "language": dict(settings.LANGUAGES)[language],
        "mail": mail,
        "url": reverse("mail_texts:edit", args=[key, language]),
    }
