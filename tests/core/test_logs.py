import json
import logging
import sys
import time

import pytest

from core import health, logs

pytestmark = pytest.mark.anywhere


def record(message, *args, exc_info=None, facts=None):
    made = logging.LogRecord("app", logging.INFO, __file__, 1, message, args, exc_info)
    if facts:
        made.facts = facts
    return made


def as_json(*args, **kwargs):
    return json.loads(logs.JsonFormatter().format(record(*args, **kwargs)))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to jan.de-vries+rt@example.co.nl failed", "mail to [mail] failed"),
        ("<o'brien@example.nl>", "<[mail]>"),
        ("?email=jan%40example.nl&x=1", "?email=[mail]&x=1"),
        ("GET /inschrijving/aB3-_x9/", "GET /inschrijving/[token]/"),
        ("GET /betalen/aB3-_x9/bank/", "GET /betalen/[token]/bank/"),
        ("GET /inschrijving/aB3-_x9/betalen/ 200", "GET /inschrijving/[token]/betalen/ 200"),
        ("GET /en/sign-up/aB3-_x9/calendar.ics", "GET /en/sign-up/[token]/calendar.ics"),
        ("POST /webhooks/mollie/s3cret/", "POST /webhooks/mollie/[secret]/"),
        ("/account/password/reset/key/1-abc-def/", "/account/password/reset/key/[key]/"),
        ("Key exists.\nDETAIL:  Key (name)=(Jan) exists.\nX", "Key exists.\nDETAIL: [left out]\nX"),
        ("GET /cursus/runningtherapie/", "GET /cursus/runningtherapie/"),
    ],
)
def test_personal_data_and_secrets_are_masked(text, masked):
    assert logs.mask(text) == masked


TOKEN = "Jx3kPq0-vT_9aZ2mLw7RbY5cNd8eHf1gUi4oSjKl6Qs"


@pytest.mark.parametrize(
    "text",
    [
        "/inschrijving/{}/",
        "/Inschrijving/{}/",
        "//inschrijving/{}/",
        "/inschrijving//{}/",
        "/inschrijving%2F{}%2F",
        "/en/SIGN-UP/{}/pay/",
        "/nergens/{}",
        "/{}",
        "Referer checking failed - https://www.example.nl/betalen/{}/ does not match",
        "'Referer': 'https://www.example.nl/x?t={}'",
        "({}), so",
        "<{}>.",
        "{}…",
        "[{}]",
        "token={};",
    ],
)
@pytest.mark.parametrize(
    "typed",
    [
        TOKEN,
        f"{TOKEN[:9]}%{ord(TOKEN[9]):02X}{TOKEN[10:]}",
        "".join(f"%{ord(sign):02X}" for sign in TOKEN),
        "".join(f"%{ord(sign):02x}" for sign in TOKEN),
    ],
)
def test_a_token_is_masked_wherever_it_stands_and_however_it_was_typed(text, typed):
    masked = logs.mask(text.format(typed))
    assert typed not in masked
    assert TOKEN[10:20] not in masked
    assert "[token]" in masked


@pytest.mark.parametrize(
    "text",
    [
        "GET /cursus/driedaagse-cursus-runningtherapie-voor-fysiotherapeuten-2027/rt21032027/",
        "GET /media/images/Jan_in_het_bos.2e16d0ba.fill-400x300.format-webp.jpg",
        "AnExceptionWithAVeryLongNameIndeed in management/run_worker.py:12",
        "POST /webhooks/mail/postmark/tracking/",
        "GET /admin/images/multiple/create_from_uploaded_image/12/",
    ],
)
def test_what_only_is_long_can_be_read(text):
    assert logs.mask(text) == text


@pytest.mark.parametrize(
    "piece", ["/", "a-", "%61", "a@", "inschrijving/", "password/reset/", "aB3", "%2f", ".", "é"]
)
def test_a_long_line_is_masked_quickly(piece):
    started = time.monotonic()
    logs.mask(piece * (8000 // len(piece)))
    assert time.monotonic() - started < 2


def test_a_fault_that_a_probe_found_is_no_error_of_ours(client, caplog, monkeypatch):
    monkeypatch.setattr("core.health.CHECKS", {"made_up": health.Check(lambda: False, needs="")})
    assert client.get("/readyz").status_code == 503

    assert [entry for entry in caplog.records if entry.levelname == "ERROR"] == []


def test_an_entry_is_one_line_of_json_in_utc():
    line = logs.JsonFormatter().format(record("a\nforged \x1b[31mline\u2028", facts={"ms": 3}))
    entry = json.loads(line)

    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u2028" not in line
    assert entry["time"].endswith("+00:00")
    assert entry["ms"] == 3


def test_arguments_are_masked_too():
    assert as_json("to %s", "jan@example.nl")["message"] == "to [mail]"


def test_a_wrong_number_of_arguments_does_not_break_the_log():
    assert as_json("100% %s %s", "x")["message"] == "100% %s %s"


def test_an_exception_is_masked():
    try:
        raise ValueError("jan@example.nl\nDETAIL:  Failing row contains (Jan, de Vries)")
    except ValueError:
        entry = as_json("oops", exc_info=sys.exc_info())

    assert "jan@example.nl" not in entry["exception"]
    assert "de Vries" not in entry["exception"]
    assert "ValueError" in entry["exception"]


def test_the_request_id_is_on_every_line_of_the_request():
    token = logs.request_id.set("abc12345")
    assert as_json("x")["request"] == "abc12345"
    logs.request_id.reset(token)
    assert "request" not in as_json("x")


def test_plain_lines_cannot_be_forged():
    line = logs.PlainFormatter().format(record("GET /a\n2026 ERROR \x1b[2J", facts={"ms": 1}))
    assert line.endswith("GET /a\\n2026 ERROR \\x1b[2J 1")
    assert len(line.splitlines()) == 1
