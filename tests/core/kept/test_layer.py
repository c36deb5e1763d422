"""What is answered from memory, to whom, and in which form."""

import gzip
import hashlib
import json
import logging
import threading
import time

import brotli
import pytest
from django.db import DatabaseError
from django.test import Client, override_settings

from core import changes, kept, logs
from core.kept.answers import Answer, Store
from core.kept.layer import KeptPages
from tests import wsgi

KEPT = ["/", "/runningtherapie/", "/robots.txt", "/sitemap.xml", "/cursus/agenda.ics"]


@pytest.fixture
def reader(loaded_site):
    return wsgi.Reader()


def is_from_memory(reader, url, **headers):
    reader.rendered.clear()
    reader.get(url, **headers)
    return reader.rendered == []


@pytest.mark.parametrize("path", KEPT)
def test_a_second_reader_is_answered_from_memory_with_the_same(reader, path):
    first, second = reader.get(path), reader.get(path)

    assert (first.status, reader.rendered) == (200, [("GET", path)])
    assert second.body == first.body
    assert set(second.headers.items()) ^ set(first.headers.items()) == {
        ("X-Request-ID", first.headers["X-Request-ID"]),
        ("X-Request-ID", second.headers["X-Request-ID"]),
    }


def test_it_is_what_django_says_with_all_its_headers(reader):
    kept_page, page = reader.get("/"), Client().get("/")
    own = {"ETag", "Vary", "Cache-Control", "X-Request-ID", "Content-Length"}

    assert kept_page.body == page.content
    ours = {name: value for name, value in kept_page.headers.items() if name not in own}
    djangos = {name: value for name, value in page.headers.items() if name not in own}
    for headers in (ours, djangos):
        policy = headers["Content-Security-Policy"].split(";")
        headers["Content-Security-Policy"] = sorted(part.strip() for part in policy)
    assert ours == djangos
    assert kept_page.headers["Vary"] == "Accept-Encoding"
    assert kept_page.headers["Cache-Control"] == "public, max-age=0, s-maxage=1, must-revalidate"
    assert kept_page.headers["Content-Length"] == str(len(page.content))


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("BR;q=1.0, gzip", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("deflate", None),
    ],
)
def test_each_gets_the_coding_that_it_asks_for(reader, accepted, coding):
    plain = reader.get("/").body
    for _time in range(2):
        got = reader.get("/", accept_encoding=accepted)
        undo = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
        assert got.headers.get("Content-Encoding") == coding
        assert undo(got.body) == plain
        assert got.headers["Content-Length"] == str(len(got.body))


def test_what_is_compressed_is_much_smaller(reader):
    plain = len(reader.get("/").body)
    assert len(reader.get("/", accept_encoding="br").body) < plain / 4
    assert len(reader.get("/", accept_encoding="gzip").body) < plain / 4


def test_whoever_has_it_gets_a_304_in_whatever_coding(reader):
    tag = reader.get("/", accept_encoding="br").headers["ETag"]
    reader.rendered.clear()

    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        got = reader.get("/", if_none_match=known, accept_encoding="gzip")
        assert (got.status, got.body, got.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in got.headers
        assert "Content-Type" not in got.headers
        assert got.headers["Vary"] == "Accept-Encoding"
    assert reader.get("/", if_none_match='"other"').status == 200
    assert reader.rendered == []


def test_the_tag_is_another_for_another_page(reader):
    assert len({reader.get(path).headers["ETag"] for path in KEPT}) == len(KEPT)


def test_head_says_what_get_says_without_the_body(reader):
    got = reader.get("/", accept_encoding="br")
    head = reader.get("/", method="HEAD", accept_encoding="br")

    assert head.body == b""
    changed = {name for name in got.headers if head.headers.get(name) != got.headers[name]}
    assert changed == {"X-Request-ID"}
    assert reader.rendered == [("GET", "/")]


def test_head_range_and_conditions_never_decide_what_is_kept(loaded_site):
    for first in (
        {"method": "HEAD"},
        {"range": "bytes=0-9"},
        {"if_none_match": "*"},
        {"cookie": "csrftoken=" + "a" * 32},
        {"accept_encoding": "br"},
        {"accept_language": "en"},
    ):
        reader = wsgi.Reader()
        reader.get("/", **first)
        plain = reader.get("/")
        assert (plain.status, plain.headers.get("Content-Encoding")) == (200, None)
        assert plain.body == Client().get("/").content, first
        assert reader.get("/", range="bytes=0-9").body == plain.body
        assert is_from_memory(reader, "/", **{k: v for k, v in first.items() if k != "method"})


@pytest.mark.parametrize(
    "changed",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "a=b; sessionid=abc; c=d"},
        {"authorization": "Basic abc"},
        {"if_match": '"a"'},
        {"host": "evil.example"},
        {"host": "testserver:81"},
    ],
)
def test_staff_and_strangers_are_answered_by_the_site(reader, changed):
    reader.get("/")
    assert is_from_memory(reader, "/", **changed) is False


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("utm_source=a&utm_medium=mail", True),
        ("gclid=a", True),
        ("fbclid", True),
        ("q=a", False),
        ("utm_source=a&q=a", False),
        ("plaats=Dalfsen", False),
        ("xutm_source=a", False),
        ("utm_source=a;q=b&q=c", False),
        ("&", False),
    ],
)
def test_only_queries_that_no_page_looks_at_are_dropped(reader, query, expected):
    reader.get("/")
    assert is_from_memory(reader, f"/?{query}") is expected


@pytest.mark.parametrize(
    "path",
    [
        "/contact/",  # a form with a token
        "/zoeken/",
        "/bestaat-niet/",
        "/contact",  # redirects
        "/admin/login/",
        "/healthz",
    ],
)
def test_forms_redirects_and_what_is_not_there_are_never_kept(reader, path):
    for _time in range(3):
        assert is_from_memory(reader, path) is False
    assert reader.layer.store.values() == []


def test_a_page_that_is_private_is_never_kept(reader, loaded_site):
    from wagtail.models import PageViewRestriction

    page = loaded_site.get_children().get(slug="runningtherapie")
    assert reader.get("/runningtherapie/").status == 200
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert reader.get("/runningtherapie/").status == 302
    assert reader.get("/runningtherapie/").status == 302


@pytest.mark.parametrize("setting", [{"MAINTENANCE": True}, {"DEBUG": True}])
def test_nothing_is_kept_during_maintenance_or_while_developing(reader, setting):
    reader.get("/")
    with override_settings(**setting):
        assert is_from_memory(reader, "/") is False
    assert is_from_memory(reader, "/") is True


def test_http_goes_on_to_https_and_neither_gets_the_answer_of_the_other(reader):
    with override_settings(
        SECURE_SSL_REDIRECT=True,
        SECURE_HSTS_SECONDS=60,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ):
        reader = wsgi.Reader()
        assert reader.get("/").status == 301
        secure = reader.get("/", x_forwarded_proto="https")
        assert (secure.status, "Strict-Transport-Security" in secure.headers) == (200, True)
        assert reader.get("/").status == 301
        assert reader.get("/", x_forwarded_proto="http").status == 301
        assert is_from_memory(reader, "/", x_forwarded_proto="https") is True


def test_a_name_is_answered_as_itself(reader):
    reader.get("/")
    assert is_from_memory(reader, "/", host="localhost") is False
    assert is_from_memory(reader, "/", host="localhost") is True


def test_each_answer_has_an_id_of_its_own_and_one_masked_line(reader, caplog):
    caplog.set_level(logging.INFO, logger="request")
    reader.get("/")
    ids = [reader.get("/").headers["X-Request-ID"] for _time in range(2)]
    with override_settings(TRUST_PROXY=True):
        given = reader.get("/", x_request_id="given-by-proxy").headers["X-Request-ID"]

    assert (len(set(ids)), given) == (2, "given-by-proxy")
    lines = [record for record in caplog.records if record.name == "request"]
    said = [(line.getMessage(), line.facts["status"], "cached" in line.facts) for line in lines]
    assert said == [("GET /", 200, False), *[("GET /", 200, True)] * 3]
    line = logs.JsonFormatter().format(lines[-1])
    assert json.loads(line)["cached"] is True


def test_the_database_may_be_away_for_a_minute(reader, monkeypatch, settings):
    page = reader.get("/").body
    reader.get("/contact/")
    away = _away(monkeypatch)
    settings.CHANGES_ASKED_EVERY = 0

    assert reader.get("/").body == page
    assert is_from_memory(reader, "/") is True
    late = time.monotonic() + 60
    with monkeypatch.context() as later:
        later.setattr("core.kept.layer.time.monotonic", lambda: late)
        assert is_from_memory(reader, "/") is False
    away.clear()
    assert is_from_memory(reader, "/") is True


def _away(monkeypatch):
    """The database cannot be asked for changes while this list holds anything."""
    away = [True]
    find = changes._version._find

    def ask():
        if away:
            raise DatabaseError
        return find()

    monkeypatch.setattr(changes._version, "_find", ask)
    return away


def test_the_oldest_goes_when_the_memory_is_full():
    store = Store(most_bytes=5 * (4_000 + 300))
    for number in range(7):
        store.put(number, Answer("stamp", [], b"x" * 300, 0))
        store.get(0)

    assert [number for number in range(7) if store.get(number)] == [0, 3, 4, 5, 6]
    assert store.size == 5 * (4_000 + 300)
    store.put(0, Answer("stamp", [], b"", 0))
    store.remove(3)
    assert store.size == 4_000 + 3 * 4_300


# --- Without the site: a page that takes its time ---


class SlowSite:
    """Its page is a number that anybody may change, and takes `seconds` to render."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.number = 0
        self.rendering = 0
        self.most_at_once = 0
        self.rendered = 0

    def __call__(self, environ, start_response):
        self.rendering += 1
        self.most_at_once = max(self.most_at_once, self.rendering)
        number = self.number
        time.sleep(self.seconds)
        self.rendering -= 1
        self.rendered += 1
        environ[kept.KEEP] = True
        response = _Response(str(number).encode())
        start_response("200 OK", [("X-Request-ID", "a" * 16), ("Content-Type", "text/html")])
        return response


class _Response:
    streaming = False

    def __init__(self, content):
        self.content = content

    def __iter__(self):
        return iter([self.content])

    def close(self):
        pass


@pytest.fixture
def slow(monkeypatch, settings):
    """(site, reader): a change is known at once, as if asked each time."""
    site = SlowSite(0.2)
    monkeypatch.setattr("core.kept.layer._stamp", lambda fresh=False: site.number)
    monkeypatch.setattr("core.changes.stamp_known_at", time.monotonic)
    reader = wsgi.Reader()
    reader.layer = KeptPages(site)
    return site, reader


def _together(number, call):
    found = []
    threads = [threading.Thread(target=lambda: found.append(call())) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_crowd_at_a_cold_page_has_it_rendered_once(slow):
    site, reader = slow
    found = _together(20, lambda: reader.get("/").text)

    assert found == ["0"] * 20
    assert (site.rendered, site.most_at_once) == (1, 1)


def test_a_crowd_reads_the_old_copy_while_one_renders_the_new(slow):
    site, reader = slow
    reader.get("/")
    site.number = 1
    started = time.monotonic()
    found = _together(20, lambda: (reader.get("/").text, time.monotonic() - started))

    assert sorted(text for text, _took in found) == ["0"] * 19 + ["1"]
    assert max(took for text, took in found if text == "0") < 0.2
    assert (site.rendered, site.most_at_once) == (2, 1)


def test_nobody_reads_a_copy_that_may_be_a_second_old(slow):
    site, reader = slow
    reader.get("/")
    site.number, site.seconds = 1, 0.5
    for answer in reader.layer.store.values():
        answer.right_at -= 0.9
    found = _together(5, lambda: reader.get("/").text)

    assert found == ["1"] * 5
    assert site.most_at_once == 1


def test_locks_are_gone_when_nobody_waits(slow):
    _site, reader = slow
    _together(5, lambda: reader.get("/").text)
    assert reader.layer._renderers == {}


def test_addresses_that_are_not_kept_leave_nothing_readable_in_memory(reader):
    token = hashlib.sha256(b"a").hexdigest()
    reader.get(f"/inschrijving/{token}/")

    kept_of_it = {name: value for name, value in vars(reader.layer).items() if name != "_site"}
    assert token not in repr(kept_of_it)
    assert len(reader.layer._never) == 1
