"""What an installation still lacks before it can be used, in words for whoever runs it.

Apps register a check with `@still_missing.register`: a function that yields a line for each thing.
It may ask another server, so only `manage.py set_up` calls them.
"""

import logging

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import health
from core.logs import class_and_place
from core.models import SiteSettings

logger = logging.getLogger(__name__)

# Without these an invoice is not valid, or nobody hears of a sign-up.
OF_THE_INSTITUTE = (
    "legal_name",
    "street",
    "postcode",
    "city",
    "email",
    "kvk_number",
    "office_email",
)

_checks = []


def register(check):
    _checks.append(check)
    return check


def in_words():
    """[line] of everything that is missing; a check that fails is a line too."""
    return [line for check in _checks for line in _ask(check)]


def _ask(check):
    try:
        return [str(line) for line in check()]
    except Exception as error:
        logger.error("What is missing cannot be told: %s", class_and_place(error))
        return [
            _("“%(check)s” could not be checked (%(error)s).")
            % {"check": check.__name__.replace("_", " "), "error": type(error).__name__}
        ]


@register
def an_owner():
    if not get_user_model().objects.filter(is_superuser=True, is_active=True).exists():
        yield _("Nobody can log in: run “manage.py set_up --owner name@example.nl”.")


@register
def facts_of_the_institute():
    institute = SiteSettings.current()
    empty = [
        capfirst(str(institute._meta.get_field(name).verbose_name))
        for name in OF_THE_INSTITUTE
        if not getattr(institute, name)
    ]
    if empty:
        yield _("Fill in under Settings in the CMS: %(fields)s.") % {"fields": ", ".join(empty)}


@register
def backups():
    if not (settings.BACKUP_KEY and settings.BACKUP_MAX_HOURS):
        yield _(
            "Backups: set BACKUP_KEY, so that they are encrypted, and BACKUP_MAX_HOURS, so that"
            " somebody hears of it when there is none."
        )


@register
def what_does_not_work():
    """What /readyz says too; but the worker starts only after this, and much depends on it."""
    for name, state in health.states().items():
        if state == health.FAULT and name != "worker":
            yield health.in_words(name)
