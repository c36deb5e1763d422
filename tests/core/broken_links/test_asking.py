"""Other sites are asked politely, and internal addresses never."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, unquote

import pytest

from core.broken_links import asking
from core.models import ExternalAddress

pytestmark = pytest.mark.anywhere

Trouble = ExternalAddress.Trouble


class Site(BaseHTTPRequestHandler):
    """Answers with the status that the path names; /to/<address> redirects."""

    asked = []

    def do_HEAD(self):
        type(self).asked.append((self.command, self.path, self.headers["User-Agent"]))
        _empty, what, *rest = self.path.split("/", 2)
        what = unquote(what)
        if what == "to":
            self.send_response(302)
            self.send_header("Location", unquote(rest[0], encoding="latin-1"))
        elif what == "cookie":
            cookies = self.headers.get("Cookie", "")
            self.send_response(200 if "seen=1; too=2" in cookies else 302)
            self.send_header("Set-Cookie", "seen=1; Path=/; HttpOnly")
            self.send_header("Set-Cookie", "too=2")
            self.send_header("Location", self.path)
        elif what == "cookie-then":
            self.send_response(302)
            self.send_header("Set-Cookie", "seen=1")
            self.send_header("Location", unquote(rest[0]) + "/bare")
        elif what == "bare":  # wants to be asked without a cookie
            self.send_response(500 if self.headers.get("Cookie") else 200)
        elif what == "only-get":
            self.send_response(501 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(what.partition("/")[0]))
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def address():
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(address, settings):
    settings.LINKS_MAY_LEAD_TO_THIS_MACHINE = True
    Site.asked.clear()
    return address


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("/200", ""),
        ("/204", ""),
        ("/403", ""),  # it exists, but not for bots
        ("/429", ""),
        ("/404", Trouble.NOT_FOUND),
        ("/410", Trouble.NOT_FOUND),
        ("/500", Trouble.ERROR),
        ("/only-get", ""),
        ("/to//200", ""),
        ("/to//404", Trouble.NOT_FOUND),
        ("/to//to//to//200", ""),
        ("/to/" * 7, Trouble.ERROR),  # too many redirects
        ("/cookie", ""),  # sets one and sends us back to the same page
        ("/to//200/met spatie/", ""),
        ("/to//200/caf\u00e9/", ""),  # sent without percent-encoding
    ],
)
def test_what_an_answer_means(site, path, trouble):
    assert asking.ask(site + quote(path)) == trouble


def test_a_cookie_goes_to_the_host_that_set_it_only(site):
    elsewhere = site.replace("127.0.0.1", "localhost")
    assert asking.ask(f"{site}/cookie-then/{quote(elsewhere, '')}") == ""


def test_the_next_address_is_asked_without_the_cookies_of_the_last(site):
    assert asking.ask(f"{site}/cookie") == ""
    assert asking.ask(f"{site}/bare") == ""


def test_get_is_only_used_where_head_fails(site):
    asking.ask(f"{site}/200")
    asking.ask(f"{site}/404")

    assert [(method, path) for method, path, _name in Site.asked] == [
        ("HEAD", "/200"),
        ("HEAD", "/404"),
        ("GET", "/404"),
    ]
    assert "link checker of http://testserver" in Site.asked[0][2]


def test_a_refused_connection_is_no_answer(site):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert asking.ask(f"http://127.0.0.1:{port}/") == Trouble.NO_ANSWER


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[fec0::1]/",
        "http://224.0.0.1/",
        "http://192.0.0.8/",
        "http://192.0.0.9/",
        "http://192.0.0.170/",
        "http://192.0.0.255/",
        "http://192.0.2.1/",
        "http://192.88.99.1/",
        "http://198.18.0.1/",
        "http://198.51.100.1/",
        "http://203.0.113.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::ffff:192.0.0.8]/",
        "http://[64:ff9b::c000:8]/",
        "http://[2002:c000:8::1]/",
        "http://[100::1]/",
        "http://[2001:db8::1]/",
        "http://[2001:20::1]/",
        "http://[3fff::1]/",
        "http://[5f00::1]/",
        "http://[ff02::1]/",
        "http://93.184.216.34:8080/",
        "http://user:password@93.184.216.34/",
        "ftp://93.184.216.34/",
        "file:///etc/passwd",
        "http://[broken/",
        "http:///nothing",
    ],
)
def test_an_internal_or_odd_address_is_refused_before_anything_is_sent(url):
    assert asking.ask(url) == Trouble.REFUSED


@pytest.mark.parametrize(
    "url", ["http://192.0.0.8/", "http://10.0.0.1/", "http://[64:ff9b:1::1]/", "file:///etc/passwd"]
)
def test_no_redirect_leads_to_one(site, url):
    assert asking.ask(f"{site}/to/{quote(url, '')}") == Trouble.REFUSED


def test_a_host_with_one_internal_address_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert asking.ask("http://two-faced.example/") == Trouble.REFUSED


def test_a_redirect_to_an_internal_address_is_refused(site):
    assert asking.ask(f"{site}/to/http://192.168.1.1/") == Trouble.REFUSED
