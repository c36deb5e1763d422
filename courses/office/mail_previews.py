"""Previews of the mail that participants of a course group get, shown before it is sent."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.models import SiteSettings
from courses.mails import samples
from courses.mails.values import part_in_words, values_of
from courses.reading import events
from mail import kinds
from mail.outbox import wording
from mail.rendering import render


def per_language(kind, roster, people, own_values):
    """A preview per language of these sign-ups, with a made-up name and links that lead nowhere.

    `own_values(sign_up)` returns the placeholders that only this kind of mail has. It is called for
    the first sign-up in each language, with that language active. Each preview is a dict with
    `language`, `mail` and the `url` where staff change the text.
    """
    first = {}
    for sign_up in people:
        first.setdefault(sign_up.language, sign_up)
    return [
        _preview(kind, roster, language, sign_up, own_values)
        for language, sign_up in sorted(first.items())
    ]


def day_lines(parts):
    """The placeholder {days}: a line for each part."""
    return "\n".join(part_in_words(part) for part in parts)


def _preview(key, roster, language, sign_up, own_values):
    kind = kinds.get(key)
    subject, body = wording(kind, language)
    settled = SiteSettings.current()
    with translation.override(language):
        example = samples.example_values(language)
        values = {name: example[name] for name in kind.placeholders} | {
            **_of_the_date(kind, sign_up, roster, language),
            "institute": settled.institute_name,
            "method": settled.payment_method_name,
        }
        mail = render(
            subject=subject,
            body=body,
            values=values | own_values(sign_up),
            language=language,
        )
    return {
        "language": dict(settings.LANGUAGES)[language],
        "mail": mail,
        "url": reverse("mail_texts:edit", args=[key, language]),
    }


def _of_the_date(kind, sign_up, roster, language):
    names = {"course", "the_course", "starts", "code", "facts", "days", "price"}
    event = events.for_reader(roster, language)
    return values_of(sorted(names & set(kind.placeholders)), sign_up, event, {})
