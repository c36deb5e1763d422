"""A mail provider reports what happened to a mail: real views, and bodies as providers send."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

SECRET = "provider:long-and-random"
SIGNING_KEY = "signing-key"
BOUNCED_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def agreed(settings):
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY}


@pytest.fixture
def mail(write):
    mail = write()
    OutgoingMail.objects.update(state="sent", esp_message_id="postmark-1")
    return mail


@pytest.fixture
def report(client):
    def report(body, provider="postmark", secret=SECRET):
        return client.post(
            f"/webhooks/mail/{provider}/tracking/",
            body if isinstance(body, bytes) else json.dumps(body),
            content_type="application/json",
            headers={"authorization": f"Basic {b64encode(secret.encode()).decode()}"},
        ).status_code

    return report


def postmark(kind, at="2027-03-01T10:30:00+01:00", **facts):
    moment = {"Delivery": "DeliveredAt"}.get(kind, "BouncedAt")
    return {"RecordType": kind, "MessageID": "postmark-1", moment: at} | facts


def bounce(**facts):
    details = "smtp;550 5.1.1 <noor@example.org>: no such person"
    return postmark("Bounce", ID=7, Type="HardBounce", Details=details, **facts)


def trail_of(mail):
    mail.refresh_from_db()
    return mail.delivery, list(mail.events.values_list("event", "happened_at", "detail"))


def test_a_bounce_is_recorded_once_without_the_address(report, mail):
    assert [report(bounce()) for _time in range(3)] == [200, 200, 200]

    line = ("bounced", BOUNCED_AT, "550 5.1.1")
    assert trail_of(mail) == ("bounced", [line])
    assert (mail.state, mail.outcome_label) == ("sent", "kon niet worden bezorgd")


@pytest.mark.parametrize("reverse", [False, True])
def test_the_gravest_report_counts_in_whatever_order_they_come(report, mail, reverse):
    reports = [
        postmark("Bounce", "2027-03-01T09:00:00Z", Type="Transient"),
        postmark("Delivery", "2027-03-01T09:10:00Z"),
        postmark("SpamComplaint", "2027-03-01T09:20:00Z", Type="SpamComplaint"),
    ]
    for body in reversed(reports) if reverse else reports:
        assert report(body) == 200

    delivery, lines = trail_of(mail)
    assert delivery == "complained"
    assert [event for event, _moment, _detail in lines] == ["deferred", "delivered", "complained"]


def test_a_report_without_a_time_is_recorded_once_too(report, mail):
    body = postmark("Bounce", Type="HardBounce")
    del body["BouncedAt"]
    assert [report(body), report(body)] == [200, 200]

    assert trail_of(mail)[1] == [("bounced", mail.created_at, "")]


@pytest.mark.parametrize("secret", ["", "provider:guess", "no colon", SECRET + "x"])
def test_a_wrong_secret_changes_nothing(report, mail, secret):
    assert report(bounce(), secret=secret) == 400
    assert trail_of(mail) == ("", [])


def test_a_report_about_another_mail_or_of_no_interest_changes_nothing(report, mail):
    for body in (bounce(MessageID="another"), bounce(MessageID=None), postmark("Open"), {}):
        assert report(body) == 200
    assert trail_of(mail) == ("", [])


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\x00", b"{", b"[]", b'"x"', b"[[[", json.dumps(postmark("Delivery", 5)).encode()],
)
def test_a_malformed_body_is_refused(report, mail, body):
    assert report(body) == 400
    assert trail_of(mail) == ("", [])


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(postmark("Delivery") | {"MessageID": "a\0b"}),
        json.dumps(postmark("Delivery") | {"MessageID": "\ud800"}),
        json.dumps(postmark("Delivery") | {"MessageID": {"a": "\udfff"}}),
        json.dumps(postmark("Delivery") | {"Metadata": {"\0": "\ud800"}, "MessageID": "\0"}),
        '{"RecordType": "Delivery", "MessageID": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=range(7),
)
def test_what_cannot_be_looked_up_or_read_is_refused(report, mail, body):
    assert report(body.encode()) == 400
    assert trail_of(mail) == ("", [])


def test_reports_need_a_secret_and_the_provider_in_use(report, mail, settings):
    assert (report(bounce(), provider="sendgrid"), report(bounce(), provider="x")) == (404, 404)
    settings.ANYMAIL = {}
    assert report(bounce()) == 404
    assert trail_of(mail) == ("", [])


def mailgun(message_id, signature=None):
    token, moment = "a-token", "1803893400"
    digest = hmac.new(SIGNING_KEY.encode(), f"{moment}{token}".encode(), hashlib.sha256)
    return {
        "signature": {
            "token": token,
            "timestamp": moment,
            "signature": signature or digest.hexdigest(),
        },
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "timestamp": BOUNCED_AT.timestamp(),
            "message": {"headers": {"message-id": message_id.strip("<>")}},
            "delivery-status": {"code": 550, "message": "550 5.1.1 no such person"},
        },
    }


def test_a_signed_report_finds_the_mail_by_our_message_id(report, mail, settings):
    settings.MAIL_PROVIDER = "mailgun"

    assert report(mailgun(mail.message_id, signature="0" * 64), provider="mailgun") == 400
    assert report([], provider="mailgun") == 400
    assert trail_of(mail) == ("", [])
    assert report(mailgun(mail.message_id), provider="mailgun") == 200
    assert trail_of(mail) == ("bounced", [("bounced", BOUNCED_AT, "550 5.1.1")])
