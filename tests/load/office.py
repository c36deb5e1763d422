"""`make bench`: how the office's screens perform with few and with ten times as many people.

    python -m tests.load.office [events] [people]

Fills a database of its own (SQLite in a temporary folder, or an empty one at DATABASE_URL), first
with a tenth, then with all, and prints per screen: queries, seconds, and how many times as long it
takes with ten times the rows. Then the memory that exports take.

The queries are those of a second visit within a minute: on the start page, everything that does not
concern today (texts to check, translations, broken links, terms, wishes) may be a minute old.

The limits are 20 queries and twice the time, with two exceptions. The page of one group is not a
list and shows many things, so it may take a few more queries. A screen that has to read a table
from end to end (a report of all money, the forecast of all terms, a search in all mails or for one
person everywhere) may take as many times as long as there are rows. So may a search among sign-ups
on SQLite, which has no index for parts of words as PostgreSQL has.

It ends with the number of screens and exports beyond their limit. Measure on a quiet machine.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
GROUPS, SUPERUSER = ("Teksten", "Cursussen", "Bureau", "Geld", "Eigenaar"), "superuser"
MOST_QUERIES, MOST_TIMES, MOST_GROWTH = 20, 2.0, 1.2
OF_A_GROUP, OF_A_SCAN = 24, 10.0
SCANS = {"revenue", "retention", "outbox, search", "a person"}
SCANS_OF_SQLITE = {"search, one found", "search, many found", "search, none found"}
# (name, group of the user, URL, data that is posted or None)
OWNER = "Eigenaar"
SCREENS = [
    *((f"start, {group}", group, "/admin/", None) for group in (*GROUPS, SUPERUSER)),
    ("sign-ups", OWNER, "/admin/sign-ups/", None),
    ("sign-ups, by name", OWNER, "/admin/sign-ups/?ordering=last_name", None),
    ("sign-ups, paying", OWNER, "/admin/sign-ups/?state=awaiting_payment", None),
    ("search, one found", OWNER, "/admin/sign-ups/?q=Nowak91", None),
    ("search, many found", OWNER, "/admin/sign-ups/?q=fatima", None),
    ("search, none found", OWNER, "/admin/sign-ups/?q=zzzzzz", None),
    ("course groups", OWNER, "/admin/rosters/", None),
    ("one group", OWNER, "/admin/rosters/{roster}/", None),
    ("its people", OWNER, "/admin/rosters/{roster}/people/", None),
    ("its people, paying", OWNER, "/admin/rosters/{roster}/people/?state=awaiting_payment", None),
    ("its people, search", OWNER, "/admin/rosters/{roster}/people/?q=fatima", None),
    ("its messages", OWNER, "/admin/rosters/{roster}/messages/", None),
    ("swaps", OWNER, "/admin/swaps/", None),
    ("refunds", OWNER, "/admin/refunds/", None),
    ("invoices", OWNER, "/admin/invoices/", None),
    ("revenue", OWNER, "/admin/revenue/", None),
    ("retention", OWNER, "/admin/retention/", None),
    ("outbox", OWNER, "/admin/outbox/", None),
    ("outbox, search", OWNER, "/admin/outbox/?q=loper91", None),
    ("a person", OWNER, "/admin/personal-data/", {"text": "loper91@example.nl"}),
]
EXPORTS = {
    "everybody, CSV": ("/admin/sign-ups/", "csv"),
    "everybody, Excel": ("/admin/sign-ups/", "xlsx"),
    "one group, CSV": ("/admin/rosters/{roster}/people/", "csv"),
    "one group, Excel": ("/admin/rosters/{roster}/people/", "xlsx"),
}


def main(events=200, people=100_000):
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "ENV_FILE": os.devnull,
            "VAR_ROOT": folder,
            "LOG_LEVEL": "ERROR",
        }
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/db.sqlite3")
        sys.path[:0] = [str(ROOT), str(ROOT / "site")]
        prepare()
        fill(events // 10, people // 10)
        few, few_exports = measure(), exports()
        fill(events - events // 10, people - people // 10)
        many, many_exports = measure(), exports()
        sys.exit(report(few, many) + report_exports(few_exports, many_exports))


def prepare():
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_content", verbosity=0)


def fill(events, people):
    from django.db import connection

    from tests import caches
    from tests.load.many import people_on_dates

    started = time.monotonic()
    people_on_dates(events, people)
    caches.empty()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{people} people on {events} dates: {time.monotonic() - started:.0f} s")


def measure():
    """{screen: (queries, seconds)}"""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clients = {group: log_in(group) for group in (*GROUPS, SUPERUSER)}
    roster = largest()
    found = {}
    for name, group, address, posted in SCREENS:
        ask = partial(look, clients[group], address.format(roster=roster), posted)
        ask()  # fills the caches
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        assert answer.status_code == 200, (name, answer.status_code)
        found[name] = len(queries), statistics.median(timed(ask) for _ in range(ROUNDS))
    return found


def look(client, address, posted):
    return client.get(address) if posted is None else client.post(address, posted)


def log_in(group):
    from django.contrib.auth.models import Group
    from django.test import Client

    from core.models import User

    user, _created = User.objects.get_or_create(
        username=group.lower(), is_superuser=group == SUPERUSER, is_staff=True
    )
    user.groups.set(Group.objects.filter(name=group))
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def largest():
    from courses.models import Roster

    return Roster.objects.filter(title__endswith=" 0").latest("first_day").pk


def timed(ask):
    started = time.perf_counter()
    ask().content  # noqa: B018
    return time.perf_counter() - started


def exports():
    """{export: (bytes, peak memory in kB)}, each measured in a process of its own."""
    found = {}
    for name, (address, kind) in EXPORTS.items():
        address = address.format(roster=largest())
        command = [sys.executable, "-m", "tests.load.office", "export", f"{address}?export={kind}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found[name] = tuple(int(part) for part in done.stdout.split()[-2:])
    return found


def export(address):
    sys.path[:0] = [str(ROOT / "site")]
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    answer = log_in(SUPERUSER).get(address)
    assert answer.status_code == 200, answer.status_code
    size = (
        sum(len(chunk) for chunk in answer.streaming_content)
        if answer.streaming
        else len(answer.content)
    )
    print(size, most_memory())


def most_memory():
    """Peak memory in kB of this process only: getrusage starts from that of the parent process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.read_text().split("VmHWM:")[1].split()[0])


def limits(name):
    """(most queries, most times as long) for this screen, see above."""
    from django.db import connection

    scans = SCANS | SCANS_OF_SQLITE if connection.vendor == "sqlite" else SCANS
    return (
        OF_A_GROUP if name == "one group" else MOST_QUERIES,
        OF_A_SCAN if name in scans else MOST_TIMES,
    )


def report(few, many):
    """Print the table. Returns the number of screens beyond their limit."""
    wrong = 0
    print(f"{'screen':22}{'queries':>8}{'few':>9}{'many':>9}{'times':>7}")
    for name, (queries, seconds) in many.items():
        times = seconds / few[name][1]
        most_queries, most_times = limits(name)
        beyond = queries > most_queries or times > most_times
        wrong += beyond
        mark = "  <--" if beyond else ""
        print(f"{name:22}{queries:8}{few[name][1]:8.3f}s{seconds:8.3f}s{times:7.2f}{mark}")
    return wrong


def report_exports(few, many):
    wrong = 0
    for name, (size, memory) in many.items():
        growth = memory / few[name][1]
        wrong += growth > MOST_GROWTH
        print(
            f"export {name}: {few[name][0] / 1e6:.1f} and {size / 1e6:.1f} MB,"
            f" at most {few[name][1] // 1024} and {memory // 1024} MB of memory"
            f" ({growth:.2f} times){'  <--' if growth > MOST_GROWTH else ''}"
        )
    return wrong


if __name__ == "__main__":
    if sys.argv[1:2] == ["export"]:
        export(sys.argv[2])
    else:
        main(*[int(number) for number in sys.argv[1:]])
