"""Mail, the payment provider and the cache may refuse, hang, drip or give half an answer: other
pages stay quick, nobody waits long, and every job of the worker keeps its rhythm.

A web server and a worker, as the Procfile starts them, and a stand-in in trouble for each of the
three. Times are generous: what they tell apart is waiting for another machine (2 seconds and more).
"""

import http.client
import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone

from core.models import JobRun
from courses.models import Payment, SignUp
from courses.reading import links
from tests import factories
from tests.load import servers
from tests.slow_servers import SlowServer

pytestmark = [pytest.mark.timed, pytest.mark.postgres]

SECRET = "made-up-for-the-slow-world-0123456789"
PAYERS = 14
QUICK = 1.0  # seconds for a page that needs none of the three
LONGEST = 12.0  # seconds for whoever pays
FIRST_WORDS = {
    "mail": b"220 ",
    "provider": b"HTTP/1.1 200 OK\r\nContent-Type: application/hal+json\r\nContent-Length: 900\r\n"
    b'\r\n{"resource": "payment", ',
    "cache": b"$100000\r\nab",
}
# These have to start on time. They end when their own limit allows: the provider refuses in every
# test but its own, and the mail server in its own.
MAY_TAKE_LONG = {"send_mail", "reconcile_payments", "send_refunds"}
RECORDED = ("last_started_at", "last_finished_at", "leased_until", "failures", "last_error")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class World:
    url: str
    services: dict  # {name: SlowServer}
    people: list  # sign-ups that have to be paid
    references: list  # of payments that the provider knows
    ways_back: list  # addresses at which the people of those come back from the bank
    usual: float = 0.0  # seconds that a page takes when as many come at once and nobody hangs

    @property
    def quick(self):
        """A machine that does other work too is slow by itself, and not by waiting."""
        return max(QUICK, 3 * self.usual)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    services = {name: SlowServer(first, "refuses") for name, first in FIRST_WORDS.items()}
    with ExitStack() as stack:
        for service in services.values():
            stack.callback(service.close)
        stack.enter_context(django_db_blocker.unblock())
        database = stack.enter_context(servers.copied_database(connection, folder))
        people, paying = _sign_up_people()
        connection.close()
        url, settings = stack.enter_context(
            servers.web_server(
                database,
                folder,
                SECRET_KEY=configured.SECRET_KEY,
                REDIS_URL=f"redis://127.0.0.1:{services['cache'].port}/0",
                MAIL_PROVIDER="smtp",
                SMTP_HOST="127.0.0.1",
                SMTP_PORT=str(services["mail"].port),
                SMTP_STARTTLS="0",
                MOLLIE_API_KEY="test_made-up-0123456789",
                MOLLIE_API_URL=f"http://127.0.0.1:{services['provider'].port}",
                MOLLIE_WEBHOOK_SECRET=SECRET,
                WEB_CONCURRENCY="2",
            )
        )
        stack.enter_context(servers.worker(settings, folder))
        references = [payment.reference for payment in paying]
        back = [links.status_path(payment.sign_up, "sign_up_returned") for payment in paying]
        world = World(url, services, people, references, back)
        usual = max([_burst(world) for _round in range(3)][1:])  # the first imports and looks up
        yield replace(world, usual=usual)


def _burst(world):
    """The slowest p95 of the pages while everybody comes at once and nobody hangs."""
    calls = everything_that_asks_another_machine(world)
    with Reader(world.url) as reader, ThreadPoolExecutor(len(calls)) as crowd:
        list(crowd.map(seconds_of, calls))
        time.sleep(1)
    return max(reader.p95.values())


def _sign_up_people():
    factories.settings()
    event = factories.event(capacity=PAYERS + 2)
    people = [factories.sign_up(event) for _ in range(PAYERS + 2)]
    paying = [
        Payment.objects.create(
            sign_up=sign_up,
            gateway="mollie",
            reference=f"tr_slow{number}",
            amount_cents=sign_up.price_cents,
            created_at=timezone.now(),
        )
        for number, sign_up in enumerate(people[PAYERS:])
    ]
    return people[:PAYERS], paying


class Reader:
    """Reads pages all the time, from threads of its own, and remembers how long each took."""

    def __init__(self, url):
        self.url = url
        self.seconds = {"/healthz": [], "/": [], "/cursus/": []}
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=[path]) for path in self.seconds]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self, path):
        while not self._over.wait(0.1):
            status, seconds = seconds_of(partial(ask, self.url, "GET", path))
            assert status == 200
            self.seconds[path].append(seconds)

    @property
    def p95(self):
        return {path: statistics.quantiles(taken, n=20)[-1] for path, taken in self.seconds.items()}


def ask(url, method, path, fields=None, cookies=""):
    """The answer of the server. By http.client, because the test shares its processors with it."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Origin": url, "Cookie": cookies}
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        line.request(method, path, urlencode(fields) if fields else None, headers)
        answer = line.getresponse()
        answer.text = answer.read().decode()
        return answer
    finally:
        line.close()


def filled_in(url, path, to, **fields):
    """A call that sends the form on the page `path` to `to`; the page is open already."""
    page = ask(url, "GET", path)
    fields |= {"csrfmiddlewaretoken": CSRF.search(page.text)[1]}
    cookies = SimpleCookie("".join(page.headers.get_all("Set-Cookie")))
    sent = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    return partial(ask, url, "POST", to, fields, sent)


def seconds_of(call):
    started = time.monotonic()
    answer = call()
    return answer.status, time.monotonic() - started


def everything_that_asks_another_machine(world):
    """Calls that each answer a request: pay, forget the password, bring a message of the provider,
    come back from the bank.
    """
    paths = [links.status_path(sign_up) for sign_up in world.people]
    hook = f"/webhooks/mollie/{SECRET}/"
    reset = "/account/password/reset/"
    return [
        *(filled_in(world.url, path, f"{path}betalen/") for path in paths),
        *(filled_in(world.url, reset, reset, email=f"nr{n}@example.nl") for n in range(9)),
        *(partial(ask, world.url, "POST", hook, {"id": r}) for r in world.references),
        *(partial(ask, world.url, "GET", path) for path in world.ways_back),
    ]


def all_due(seconds=120):
    """Every job is due from the moment that is returned. A run that still waits for the trouble
    before this one ends first: it would count as a late one.
    """
    jobs = JobRun.objects.exclude(name="heartbeat")
    until = time.monotonic() + seconds
    while jobs.exclude(leased_until=None).exists():
        assert time.monotonic() < until, "a job never ends"
        time.sleep(0.2)
    now = timezone.now()
    jobs.update(due_at=now)
    return now


def late_jobs(since, seconds=20):
    """{name: its record} of the jobs that did not run since then."""
    until = time.monotonic() + seconds
    rows = JobRun.objects.exclude(name="heartbeat")
    while True:
        late = {
            row.name: {field: getattr(row, field) for field in RECORDED}
            for row in rows.all()
            if not _is_punctual(row, since)
        }
        if not late or time.monotonic() > until:
            return late
        time.sleep(0.2)


def _is_punctual(row, since):
    moment = row.last_started_at if row.name in MAY_TAKE_LONG else row.last_finished_at
    return moment is not None and moment > since


@pytest.mark.parametrize("trouble", ["refuses", "hangs", "drips", "half"])
@pytest.mark.parametrize("service", ["mail", "provider", "cache"])
def test_what_others_do_wrong_holds_up_nobody_else(world, service, trouble):
    calls = everything_that_asks_another_machine(world)
    since = all_due()
    world.services[service].cause(trouble)
    try:
        with Reader(world.url) as reader, ThreadPoolExecutor(len(calls)) as crowd:
            answers = list(crowd.map(seconds_of, calls))
            late = late_jobs(since)
    finally:
        world.services[service].cause("refuses")

    assert late == {}
    assert {status for status, _seconds in answers} <= {200, 302}
    assert max(seconds for _status, seconds in answers) < LONGEST
    assert {path: p95 for path, p95 in reader.p95.items() if p95 >= world.quick} == {}
    assert SignUp.objects.filter(state="awaiting_payment").count() == PAYERS + 2
