"""Keep bots out of public forms without bothering people: no captcha, no third party."""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django import forms
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

SALT = "core.guards.shown_at"
SALT_AGAIN = "core.guards.shown_at.again"  # the honeypot caught this form before
SECONDS_TO_READ = 2
SECONDS = {"s": 1, "m": 60, "h": 3600}
NETWORK_OF_ONE = 64  # bits of an IPv6 address: a provider gives each customer such a network

CAUGHT = {
    "trap": _(
        "A field that you cannot see was filled in, perhaps by your browser or password manager. We"
        " have emptied it. Check what you filled in and send the form once more."
    ),
    "too_fast": _("That went very fast. Check what you filled in and send the form once more."),
}


class GuardedForm(forms.Form):
    """A form with a honeypot field that people never see, and the moment it was first shown.

    A form that is caught is shown again with all that was typed but its files, which are not even
    looked at. So a person just presses again: the honeypot catches the same form once only.
    """

    # No browser or password manager knows this name.
    leave_empty = forms.CharField(required=False, label=_("Leave this empty"))
    shown_at = forms.CharField(widget=forms.HiddenInput, required=False)

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        now = signing.dumps(int(time.time()), salt=SALT)
        kwargs["initial"] = {"shown_at": now} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.caught_by = self._guard() if self.is_bound else ""

    def clean(self):
        data = super().clean()
        if self.caught_by:
            raise ValidationError(CAUGHT[self.caught_by], code=self.caught_by)
        return data

    def _guard(self):
        """Which guard catches this form: "trap", "too_fast", or none: "". Prepares another try."""
        moment, was_caught = self._shown_at()
        if self.data.get("leave_empty") and not was_caught:
            self._prepare_again(moment, salt=SALT_AGAIN, leave_empty="")
            return "trap"
        if time.time() - moment < SECONDS_TO_READ:
            self._prepare_again(moment, salt=SALT_AGAIN if was_caught else SALT)
            return "too_fast"
        return ""

    def _shown_at(self):
        """(moment, whether the honeypot caught it before); now if there is no valid moment."""
        for salt in (SALT, SALT_AGAIN):
            try:
                moment = signing.loads(self.data.get("shown_at", ""), salt=salt)
            except (signing.BadSignature, TypeError):
                continue
            return min(moment, int(time.time())), salt == SALT_AGAIN
        return int(time.time()), False

    def _prepare_again(self, moment, *, salt, **changes):
        self.files = MultiValueDict()
        self.data = self.data.copy()
        self.data["shown_at"] = signing.dumps(moment, salt=salt)
        for name, value in changes.items():
            self.data[name] = value


def within_limit(request, action, rate, *, by=None):
    """Whether the client's address may do `action` again; this call counts as one attempt.

    `rate` is “<number>/<length>/ip”, such as “60/10m/ip” (units s, m, h). An IPv6 /64 counts as one
    address. With `by`, such as an e-mail address in “20/1h/key”, that is counted instead, from
    wherever it comes. The counter is in the cache; without a cache everything is allowed. It is a
    sliding window: the count of the previous window is weighted by how much of it is less than one
    length ago, so that an address cannot do twice as much around the end of a window.
    """
    amount, length, _per = rate.split("/")
    seconds = int(length[:-1]) * SECONDS[length[-1]]
    window, passed = divmod(time.time(), seconds)
    who = _network(request) if by is None else str(by).casefold()
    key = f"limit:{action}:{salted_hmac(SALT, who).hexdigest()[:32]}:"
    before = cache.get(f"{key}{window - 1:.0f}", 0) * (1 - passed / seconds)
    cache.add(f"{key}{window:.0f}", 0, 2 * seconds)
    try:
        return before + cache.incr(f"{key}{window:.0f}") <= int(amount)
    except ValueError:  # the cache dropped the key in between
        return True


def _network(request):
    """The client's address as text; of an IPv6 address only its network."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False).network_address)
