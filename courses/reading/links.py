"""The links with which people come back: the person's own, and the one for who pays.

A token is derived from the row's random nonce and the secret key, so that it can be mailed again;
the database holds only its hash. A new nonce revokes the link.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes

from courses.models import BuyerDetails, SignUp
from courses.models.sign_ups import new_nonce

Linked = SignUp | BuyerDetails  # the rows that have a link

PURPOSES = {SignUp: b"courses.sign_up.status", BuyerDetails: b"courses.buyer.pay"}


def issue(row: Linked) -> str:
    """Set the hash under which the link of a sign-up or a buyer can be found. Returns the token."""
    token = _derive(settings.SECRET_KEY, row)
    row.token_hash = _hash(token)
    return token


def renew(row: Linked) -> str:
    """From now on only a new link opens this row; the former one is revoked."""
    row.token_nonce = new_nonce()
    return issue(row)


def token(row: Linked) -> str:
    """The token of a saved row, also after the secret key was rotated."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        candidate = _derive(key, row)
        if hmac.compare_digest(_hash(candidate), row.token_hash or ""):
            return candidate
    raise LookupError("the key that issued this link is gone")


def find(candidate: str) -> SignUp | None:
    """The sign-up that this token opens, or None."""
    return SignUp.objects.select_related("roster").filter(token_hash=_hash(candidate)).first()


def find_buyer(candidate: str) -> BuyerDetails | None:
    """The buyer that this token of a pay link opens, or None."""
    found = BuyerDetails.objects.select_related("sign_up__roster")
    return found.filter(token_hash=_hash(candidate)).first()


def status_path(sign_up: SignUp, name: str = "sign_up_status") -> str:
    """The address of the person's own page, or of another one behind the same token."""
    with translation.override(sign_up.language):
        return reverse(name, args=[token(sign_up)])


def status_url(sign_up: SignUp) -> str:
    return settings.SITE_URL + status_path(sign_up)


def return_url(sign_up: SignUp) -> str:
    """Where the bank sends the person back to."""
    return settings.SITE_URL + status_path(sign_up, "sign_up_returned")


def buyer_path(buyer: BuyerDetails, name: str = "buyer_pay") -> str:
    with translation.override(buyer.sign_up.language):
        return reverse(name, args=[token(buyer)])


def buyer_url(buyer: BuyerDetails) -> str:
    """The pay link that can be forwarded."""
    return settings.SITE_URL + buyer_path(buyer)


def buyer_return_url(sign_up: SignUp) -> str:
    return settings.SITE_URL + buyer_path(sign_up.buyer, "buyer_returned")


def _derive(key: str | bytes, row: Linked) -> str:
    message = PURPOSES[type(row)] + row.token_nonce.encode()
    digest = hmac.digest(force_bytes(key), message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
