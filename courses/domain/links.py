"""The link with which a person comes back to their sign-up.

The token is derived from the row's random nonce and the secret key, so that it can be mailed again;
the database holds only its hash. A new nonce revokes the link.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from courses.models import SignUp

PURPOSE = b"courses.sign_up.status"


def issue(sign_up):
    """Set the hash under which the sign-up's link can be found. Returns the token."""
    token = _derive(settings.SECRET_KEY, sign_up.token_nonce)
    sign_up.token_hash = _hash(token)
    return token


def token(sign_up):
    """The token of a saved sign-up, also after the secret key was rotated."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        candidate = _derive(key, sign_up.token_nonce)
        if hmac.compare_digest(_hash(candidate), sign_up.token_hash):
            return candidate
    raise LookupError("the key that issued this link is gone")


def find(candidate):
    """The sign-up that this token opens, or None."""
    return SignUp.objects.select_related("roster").filter(token_hash=_hash(candidate)).first()


def status_path(sign_up):
    with translation.override(sign_up.language):
        return reverse("sign_up_status", args=[token(sign_up)])


def status_url(sign_up):
    return settings.SITE_URL + status_path(sign_up)


def _derive(key, nonce):
    digest = hmac.digest(key.encode(), PURPOSE + nonce.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(value):
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
