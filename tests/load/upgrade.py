"""`make upgrade`: takes this release in, and back, while people read and sign up.

    python -m tests.load.upgrade [COMMIT] [PEOPLE]

Needs PostgreSQL: DATABASE_URL names a server on which it may make a database of its own. COMMIT is
the release before; by default the last commit with fewer migrations than this one. It does what
docs/operations.md tells: 1. the new code in a folder of its own, 2. `set_up` while the old code
goes on, 3. web and worker start from the new folder, on the same listening socket, 4. the way back:
the old code again, on the new tables.

Ends with an error if an answer was a failure, a sign-up got lost, a job failed, or anybody waited
more than two seconds for a lock.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from tests.load import servers, visitors

ROOT = servers.ROOT
NAME = "rt_upgrade_drill"
MOST_SECONDS_LOCKED = 2.0
READS_PER_SIGN_UP = 5
PAGES = ("/", "/cursus/", "/veelgestelde-vragen/", "/en/", "/contact/")
SEED = """
import os, sys
sys.path[:0] = [".", "site"]
import django
django.setup()
from tests import factories
from tests.load import many
course = factories.course(title="Oefening", slug="oefening")
form, event = factories.form_page(course), factories.event(course, capacity=400)
many.people_on_dates(20, int(sys.argv[1]))
print(form.url_for(event.code))
"""


def main(commit="", people="2000"):
    commit = commit or _release_before()
    with (
        tempfile.TemporaryDirectory() as folder,
        _old_code(commit, folder) as old,
        _database() as url,
    ):
        listening = socket.create_server(("127.0.0.1", 0), backlog=512)
        port = listening.getsockname()[1]
        env = servers.environment(url, folder, port) | {"WEB_CONCURRENCY": "2"}
        say(f"from {commit[:9]} with {people} people")
        _manage(old, env, "migrate", "--noinput")
        _manage(old, env, "load_content")
        form = _run([sys.executable, "-c", SEED, people], old, env).strip().splitlines()[-1]
        site = Site(listening, env, Path(folder))
        drill = Drill(site, url, f"http://127.0.0.1:{port}", form)
        try:
            drill.run(old)
        finally:
            drill.stop()
            site.stop()
        faults = drill.report() + site.failed_jobs()
        faults += _manage(ROOT, env, "check_invariants").splitlines()
    say("\n".join(faults) if faults else "upgrade: in and back, and nobody noticed")
    sys.exit(bool(faults))


class Site:
    """Web and worker of one release; the socket stays, as systemd keeps it between two releases."""

    def __init__(self, listening, env, folder):
        self.socket, self.env, self.folder = listening, env, folder
        self.processes = []

    def start(self, root):
        web = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "web", sys.executable, "-m"]
        worker = [sys.executable, "manage.py", "run_worker"]
        self.processes = [
            self._start([*web, *servers.web_command()], root),
            self._start(worker, root),
        ]
        with httpx.Client(base_url=f"http://127.0.0.1:{self.env['PORT']}") as probe:
            probe.get("/healthz", timeout=60).raise_for_status()

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        self.processes = []

    def failed_jobs(self):
        lines = (self.folder / "log").read_text("utf-8", "replace").splitlines()
        return [line for line in lines if "Job " in line and " failed " in line][:5]

    def _start(self, command, root):
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=root,
                env=self.env | {"LISTEN_FDS": "1"},
                stdout=log,
                stderr=log,
                pass_fds=(3,),
                preexec_fn=lambda: os.dup2(self.socket.fileno(), 3),
            )


class Drill:
    """The steps, while traffic goes on in a thread of its own."""

    def __init__(self, site, url, base, form):
        self.site, self.base, self.form = site, base, form
        self.phase = ""
        self.answers = defaultdict(list)  # {phase: [(what, status, seconds)]}
        self.locked = defaultdict(float)  # {phase: longest wait for a lock}
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=lambda: asyncio.run(self._traffic())),
            threading.Thread(target=self._watch_locks, args=(url,)),
        ]

    def run(self, old):
        self.site.start(old)
        self._enter("old code, old tables")
        for thread in self._threads:
            thread.start()
        time.sleep(6)
        self._enter("old code, tables change")
        began = time.monotonic()
        say(_manage(ROOT, self.site.env, "set_up").strip())
        say(f"set_up: {time.monotonic() - began:.1f} s")
        self._enter("old code, new tables", 10)
        self._change("the new code starts", ROOT)
        self._enter("new code", 10)
        self._change("the old code starts", old)
        self._enter("old code again", 10)

    def stop(self):
        self._ended.set()
        for thread in self._threads:
            if thread.ident:
                thread.join(90)

    def report(self):
        """Prints a line per phase; returns what was wrong."""
        faults = []
        for phase, answers in self.answers.items():
            statuses = Counter((what, status) for what, status, _seconds in answers)
            slowest = max(seconds for _what, _status, seconds in answers)
            counted = ", ".join(f"{n} x {what} {s}" for (what, s), n in sorted(statuses.items()))
            waited = f"slowest {slowest:.1f} s, longest lock {self.locked[phase]:.1f} s"
            say(f"{phase}: {counted}; {waited}")
            faults += [f"{phase}: {what} {s}" for what, s in statuses if s not in (200, 302)]
            if self.locked[phase] > MOST_SECONDS_LOCKED:
                faults.append(f"{phase}: somebody waited {self.locked[phase]:.1f} s for a lock")
            if ("signed up", 302) not in statuses:
                faults.append(f"{phase}: nobody signed up")
        return faults

    def _enter(self, phase, seconds=0):
        self.phase = phase
        time.sleep(seconds)

    def _change(self, phase, root):
        self._enter(phase)
        self.site.stop()
        self.site.start(root)
        time.sleep(4)

    async def _traffic(self):
        tasks, number = set(), 0
        while not self._ended.is_set():
            number += 1
            tasks.add(asyncio.create_task(self._read(PAGES[number % len(PAGES)])))
            if number % READS_PER_SIGN_UP == 0:
                tasks.add(asyncio.create_task(self._sign_up(number)))
            await asyncio.sleep(1 / READS_PER_SIGN_UP)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, path):
        visitor = visitors.Visitor(0, self.base, path, {})
        self._note("read", await visitor.open_form())
        await visitor.leave()

    async def _sign_up(self, number):
        visitor = visitors.Visitor(number, self.base, self.form, visitors.details(number))
        self._note("opened", await visitor.open_form())
        await asyncio.sleep(2.2)  # the guard against robots
        self._note("checked", await visitor.check())
        self._note("signed up", await visitor.confirm())
        await visitor.leave()

    def _note(self, what, answer):
        self.answers[self.phase].append((what, answer.status, answer.seconds))

    def _watch_locks(self, url):
        question = (
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0)"
            " FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        with psycopg.connect(url, autocommit=True) as database:
            while not self._ended.wait(0.1):
                waited = float(database.execute(question).fetchone()[0])
                self.locked[self.phase] = max(self.locked[self.phase], waited)


def say(line):
    print(line, flush=True)


def _release_before():
    added = _run(["git", "log", "-1", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py"])
    return _run(["git", "rev-parse", f"{added.strip()}^"]).strip()


@contextlib.contextmanager
def _old_code(commit, folder):
    old = Path(folder) / "old"
    _run(["git", "worktree", "add", "--quiet", "--detach", str(old), commit])
    try:
        yield old
    finally:
        shutil.rmtree(old)
        _run(["git", "worktree", "prune"])


@contextlib.contextmanager
def _database():
    server = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    parts = urlsplit(server)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
        try:
            yield urlunsplit(parts._replace(path=f"/{NAME}"))
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _manage(root, env, *arguments):
    began = time.monotonic()
    said = _run([sys.executable, "manage.py", *arguments], root, env)
    say(f"{arguments[0]}: {time.monotonic() - began:.1f} s")
    return said


def _run(command, root=ROOT, env=None):
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[:3]} failed:\n{done.stderr[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
