"""The first account of an installation: its owner chooses a password by a link that works once."""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def invite(address, *, again=False):
    """The link with which the owner at this address chooses a password; "" if none is needed.

    Makes the account if there is no owner yet. With `again` an owner who never chose a password
    gets a new link: it works for PASSWORD_RESET_TIMEOUT seconds only.
    """
    users = get_user_model().objects
    owner = users.filter(email__iexact=address, is_superuser=True, is_active=True).first()
    if owner is None:
        if users.filter(is_superuser=True, is_active=True).exists():
            return ""
        # Without a usable password: Django refuses to send its own reset mail for it, we do not.
        owner = users.create_superuser(address, address)
    elif owner.has_usable_password() or not again:
        return ""
    key = f"{user_pk_to_url_str(owner)}-{default_token_generator.make_token(owner)}"
    uid, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return settings.SITE_URL + path


def mail(address, link):
    """Mail the link, past the outbox, where colleagues could read it; returns whether it went."""
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    facts = {"site": settings.SITE_URL, "link": link, "days": days}
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Your account for %(site)s") % facts
        words = _(
            "You look after the website %(site)s. Choose your password here:\n\n%(link)s\n\n"
            "The link works once, for %(days)s days. After logging in you set up a second factor,"
            " such as an app on your telephone."
        )
        return _send(subject, words % facts, address)


def _send(subject, words, address):
    try:
        send_mail(subject, words, None, [address])
    except Exception as error:
        logger.error("The owner's link could not be mailed (%s)", type(error).__name__)
        return False
    return True
