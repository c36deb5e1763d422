"""The links with which people come back: to their own page, and the buyer's link to pay.

A token is derived from the row's random nonce and the secret key, so that it can be mailed again;
the database holds only its hash. A new nonce revokes the link. This is not
`django.core.signing.Signer`, which would derive other tokens: those that were mailed must go on
working.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes

from courses.models import BuyerDetails, DateAlert, SignUp
from courses.models.sign_ups import new_nonce

Linked = SignUp | BuyerDetails | DateAlert  # the rows that have a link

PURPOSES = {
    SignUp: b"courses.sign_up.status",
    BuyerDetails: b"courses.buyer.pay",
    DateAlert: b"courses.date_alert",
}


def issue(row: Linked) -> str:
    """Set the hash under which the link of this row is found. Returns the token; does not save."""
    token = _derive(settings.SECRET_KEY, row)
    row.token_hash = _hash(token)
    return token


def renew(row: Linked) -> str:
    """Revoke the link of this row and issue a new one. Returns the new token; does not save."""
    row.token_nonce = new_nonce()
    return issue(row)


def token(row: Linked) -> str:
    """The token of a row that has a link, also after the secret key was rotated.

    When the key that issued it is gone, so is the link that was mailed: the row gets a new one,
    saved at once. Nothing that mails a link may fail because of a key.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        candidate = _derive(key, row)
        if hmac.compare_digest(_hash(candidate), row.token_hash or ""):
            return candidate
    return _replace(row)


def find_sign_up(candidate: str) -> SignUp | None:
    """The sign-up that this token opens, with its roster."""
    return SignUp.objects.select_related("roster").filter(token_hash=_hash(candidate)).first()


def find_buyer(candidate: str) -> BuyerDetails | None:
    """The buyer whose link to pay has this token, with the sign-up and its roster."""
    found = BuyerDetails.objects.select_related("sign_up__roster")
    return found.filter(token_hash=_hash(candidate)).first()


def find_date_alert(candidate: str) -> DateAlert | None:
    """The request to hear of new dates that this token opens."""
    return DateAlert.objects.filter(token_hash=_hash(candidate)).first()


def date_alert_url(alert: DateAlert) -> str:
    """The absolute URL of the page on which this request is confirmed or stopped."""
    with translation.override(alert.language):
        return settings.SITE_URL + reverse("date_alert", args=[token(alert)])


def status_path(sign_up: SignUp, name: str = "sign_up_status") -> str:
    """The path of the person's own page, or of another page behind the same token."""
    with translation.override(sign_up.language):
        return reverse(name, args=[token(sign_up)])


def status_url(sign_up: SignUp) -> str:
    """The absolute URL of the person's own page."""
    return settings.SITE_URL + status_path(sign_up)


def return_url(sign_up: SignUp) -> str:
    """The absolute URL to which the bank sends the person back."""
    return settings.SITE_URL + status_path(sign_up, "sign_up_returned")


def buyer_path(buyer: BuyerDetails, name: str = "buyer_pay") -> str:
    """The path of the page on which the buyer pays, or of another page behind the same token."""
    with translation.override(buyer.sign_up.language):
        return reverse(name, args=[token(buyer)])


def buyer_url(buyer: BuyerDetails) -> str:
    """The pay link that a person can forward."""
    return settings.SITE_URL + buyer_path(buyer)


def buyer_return_url(sign_up: SignUp) -> str:
    """The absolute URL to which the bank sends the buyer of this sign-up back."""
    return settings.SITE_URL + buyer_path(sign_up.buyer, "buyer_returned")


def _replace(row: Linked) -> str:
    former = row.token_hash
    new = renew(row)
    changes = {"token_nonce": row.token_nonce, "token_hash": row.token_hash}
    if not type(row).objects.filter(pk=row.pk, token_hash=former).update(**changes):
        row.refresh_from_db(fields=list(changes))  # somebody else replaced it first
        return token(row)
    return new


def _derive(key: str | bytes, row: Linked) -> str:
    message = PURPOSES[type(row)] + row.token_nonce.encode()
    digest = hmac.digest(force_bytes(key), message, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
