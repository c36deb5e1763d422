"""Ask other sites whether a page we link to still exists, without reaching internal addresses.

Only the worker does this. A host name is resolved once and the connection goes to the address that
was checked, so that DNS rebinding cannot lead to an internal one. Redirects are followed by hand,
with the same check at each step.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from core.deadlines import deadline
from core.models import ExternalAddress

SECONDS = 5  # timeout of each socket operation
SECONDS_IN_ALL = 12  # of one request
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
KEEPS_PROGRAMS_OUT = (401, 402, 403, 405, 406, 407, 429, 451, 999)  # it exists, but not for bots
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Python 3.11 calls some of these global; IANA's registry of special-purpose addresses does not.
SPECIAL = [
    ipaddress.ip_network(name)
    for name in (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.175.48.0/24", "0.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15", "240.0.0.0/4"),
        *("::/96", "64:ff9b:1::/48", "100::/64", "fec0::/10", "3fff::/20", "5f00::/16"),
        *("2001:1::/32", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28"),
        *("2001:20::/28", "2001:30::/28", "2001:db8::/32", "2620:4f:8000::/48"),
    )
]

Trouble = ExternalAddress.Trouble


class RefusedError(Exception):
    """An address that we do not connect to."""


def ask(url):
    """Request this address and return what is wrong: a `Trouble`, or "" if it works.

    Takes at most SECONDS_IN_ALL per request, of which there may be two per redirect.
    """
    cookies = _Cookies()
    try:
        for _step in range(MOST_REDIRECTS + 1):
            status, location = _answer(url, cookies)
            if status not in REDIRECTS or not location:
                return _meaning(status)
            url = _next(url, location)
    except (RefusedError, UnicodeError, ValueError):
        return Trouble.REFUSED
    except (ssl.SSLError, http.client.HTTPException):
        return Trouble.ERROR
    except OSError:  # unknown name, no connection, timeout
        return Trouble.NO_ANSWER
    return Trouble.ERROR


def _next(url, location):
    """The target of a redirect as browsers read it: some servers send it without encoding it."""
    written = location.encode("latin-1").decode("utf-8", "replace")
    return iri_to_uri(urljoin(url, written.strip().replace(" ", "%20")))


def _meaning(status):
    if status < 400 or status in KEEPS_PROGRAMS_OUT:
        return ""
    return Trouble.NOT_FOUND if status in GONE else Trouble.ERROR


def _answer(url, cookies):
    """(status, target of a redirect). Sites that refuse HEAD are asked again with GET."""
    status, location = _talk("HEAD", url, cookies)
    if status >= 400 and status not in (401, 407, 429):
        status, location = _talk("GET", url, cookies)
    return status, location


def _talk(method, url, cookies):
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.password:
        raise RefusedError
    port = parts.port or PORTS[parts.scheme]
    if port != PORTS[parts.scheme] and not settings.LINKS_MAY_LEAD_TO_THIS_MACHINE:
        raise RefusedError
    host = unquote(parts.hostname).encode("idna").decode()
    connection = _Connection(host, port, address_of(host, port), secure=parts.scheme == "https")
    headers = {"User-Agent": _name(), "Accept": "*/*"} | cookies.for_host(host)
    try:
        with deadline(SECONDS_IN_ALL):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, headers=headers)
            response = connection.getresponse()
            cookies.keep(host, response.headers.get_all("Set-Cookie", ()))
            return response.status, response.headers.get("Location", "")
    finally:
        connection.close()


def address_of(host, port):
    """The IP address to connect to. Raises RefusedError if any address of this host is internal."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [row[4][0] for row in found]
    if not addresses or not all(_is_external(ipaddress.ip_address(ip)) for ip in addresses):
        raise RefusedError
    return addresses[0]


def _is_external(ip):
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())] if ip.version == 6 else []
    if ip.version == 6 and ip in NAT64:
        inner.append(ipaddress.ip_address(int(ip) & 0xFFFFFFFF))
    if not ip.is_loopback and any(ip in network for network in SPECIAL):
        return False
    if ip.is_loopback and settings.LINKS_MAY_LEAD_TO_THIS_MACHINE:
        return True
    inner = [address for address in inner if address is not None]
    if inner:
        return all(_is_external(address) for address in inner)
    return ip.is_global and not ip.is_multicast


def _name():
    return f"Mozilla/5.0 (compatible; link checker of {settings.SITE_URL})"


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, with the host name for TLS and headers."""

    def __init__(self, host, port, address, *, secure):
        super().__init__(host, port, timeout=SECONDS)
        self.default_port = PORTS["https" if secure else "http"]
        self._address, self._secure = address, secure

    def connect(self):
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


class _Cookies:
    """Those of one walk along redirects: some sites set one and send you back to the same page.

    Each goes back to the host that set it and to no other.
    """

    def __init__(self):
        self._by_host = {}

    def keep(self, host, headers):
        for header in headers:
            with contextlib.suppress(CookieError):
                jar = SimpleCookie(header)
                values = {name: morsel.value for name, morsel in jar.items()}
                self._by_host[host] = self._by_host.get(host, {}) | values

    def for_host(self, host):
        kept = "; ".join(f"{name}={value}" for name, value in self._by_host.get(host, {}).items())
        return {"Cookie": kept} if kept else {}
