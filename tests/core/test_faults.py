"""Whoever looks after the site hears of a fault: by mail, once, and on the start page."""

import http.server
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import translation

from core import faults, health, periodic
from core.models import Fault
from mail import sending
from tests import caches

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def admins(settings):
    settings.EMAIL_BACKEND = "mail.backends.OutboxBackend"  # Django's tests put theirs in its place
    settings.ADMINS = [("Beheer", "beheer@example.nl"), ("Hulp", "hulp@example.nl")]


@pytest.fixture
def stand(monkeypatch):
    """Sets how things stand, such as `stand(cache="fault")`; all else is ok."""

    def set_states(**given):
        found = dict.fromkeys(health.CHECKS, health.OK) | given
        monkeypatch.setattr(health, "states", lambda: found)

    set_states()
    return set_states


@pytest.fixture
def told():
    """[(address, text)] of what was mailed since it was last called."""

    def ask():
        sending.send_due()
        found = [(message.to[0], message.body) for message in mail.outbox]
        mail.outbox.clear()
        return found

    return ask


def test_a_fault_is_mailed_once_to_everybody_in_words(admins, stand, told):
    stand(cache="fault", payments="unknown")
    for minute in range(3):
        faults.watch(NOW + minute * MINUTE)

    mails = told()
    assert sorted("".join(to.split("<")[-1]).strip(">") for to, _text in mails) == [
        "beheer@example.nl",
        "hulp@example.nl",
    ]
    with translation.override("nl"):
        assert health.in_words("cache") in mails[0][1]
        assert health.in_words("payments") not in mails[0][1]
    faults.watch(NOW + 3 * HOUR)
    assert told() == []


def test_a_fault_that_comes_and_goes_is_mailed_once_an_hour(admins, stand, told):
    for minute in range(0, 90, 2):
        stand(cache="fault")
        faults.watch(NOW + minute * MINUTE)
        stand()
        faults.watch(NOW + (minute + 1) * MINUTE)

    assert len(told()) == 2 * 2


def test_another_fault_is_told_at_once(admins, stand, told):
    stand(cache="fault")
    faults.watch(NOW)
    stand(cache="fault", mail="fault")
    faults.watch(NOW + MINUTE)

    assert ["(cache)" in text for _to, text in told()] == [True, True, False, False]


def test_a_fault_is_over_when_its_check_holds_but_not_when_nobody_knows(stand):
    periodic.record_heartbeat()
    stand(mail="fault", cache="fault")
    faults.watch(NOW)
    stand(mail="unknown")
    faults.watch(NOW + MINUTE)

    assert [(fault.name, fault.since) for fault in faults.standing()] == [("mail", NOW)]


def test_without_anybody_to_tell_nothing_is_mailed(stand, told):
    stand(cache="fault")
    faults.watch(NOW)
    assert told() == []
    assert Fault.objects.get().since == NOW


def test_the_start_page_tells_that_there_is_no_worker(stand):
    faults.watch(NOW)
    assert [fault.name for fault in faults.standing()] == ["worker"]


# --- Errors --------------------------------------------------------------------------------


def test_errors_are_mailed_at_most_once_an_hour(admins, told):
    for minute in (0, 1, 59, 61):
        faults.tell_of_error(f"error {minute}", NOW + minute * MINUTE)

    assert [text.split("\n")[2] for _to, text in told()] == [
        "error 0",
        "error 0",
        "error 61",
        "error 61",
    ]


def test_whoever_logs_an_error_never_waits(admins, monkeypatch):
    started, go_on = threading.Event(), threading.Event()

    def slow(line):
        started.set()
        go_on.wait(30)

    monkeypatch.setattr(faults, "tell_of_error", slow)
    handler = faults.ErrorMail()
    logger = logging.Logger("made_up")
    logger.addHandler(handler)
    for _ in range(10 * faults.WAITING):
        logger.error("again")
    assert started.wait(30)
    go_on.set()
    handler.wait()


# --- The ping ------------------------------------------------------------------------------


@pytest.fixture
def pings(settings):
    """The paths that a server was asked for, whose address is in HEARTBEAT_URL."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.HEARTBEAT_URL = f"http://127.0.0.1:{server.server_port}/ping/secret"
        yield asked
        server.shutdown()


def test_the_ping_is_sent_only_while_all_is_well(pings, stand):
    faults.watch(NOW)
    assert pings == ["/ping/secret"]
    stand(mail="fault")
    faults.watch(NOW + MINUTE)
    assert pings == ["/ping/secret"]
    stand()
    faults.watch(NOW + 2 * MINUTE)
    assert len(pings) == 2


def test_a_service_that_is_away_is_no_trouble_and_its_address_stays_out_of_the_logs(
    settings, stand, caplog
):
    settings.HEARTBEAT_URL = "http://127.0.0.1:1/ping/secret"
    faults.watch(NOW)
    assert "HEARTBEAT_URL does not answer" in caplog.text
    assert "secret" not in caplog.text


# --- The start page ------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "sees"), [("Eigenaar", True), ("Bureau", False)])
def test_the_start_page_tells_the_owner_and_nobody_else(site_tree, client, stand, group, sees):
    user = get_user_model().objects.create_user("iemand", "iemand@example.nl", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    periodic.record_heartbeat()
    stand(cache="fault")
    faults.watch(NOW)
    page = client.get("/admin/").content.decode()
    assert (health.in_words("cache").split("(")[0] in page) == sees

    stand()
    faults.watch(NOW + MINUTE)
    caches.empty()
    assert health.in_words("cache").split("(")[0] not in client.get("/admin/").content.decode()
