"""CPU per request of a kept page, against a bare WSGI application on the same server, in one run.

    python -m tests.load.readers

Requests a second vary by half on a shared machine, CPU by a sixth: judge by the ratio.
"""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.load import servers

ROUNDS, REQUESTS = 7, 800
BARE = """
BODY = b"x" * {size}

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = servers.environment(f"sqlite:///{folder}/db.sqlite3", folder, 0)
        servers.manage(settings, "local_setup")
        one = {"WEB_CONCURRENCY": "1"}
        with servers.web_server(settings["DATABASE_URL"], folder, **one) as (site, _given):
            size = len(fetch(site, "/", 3))
            (folder / "bare.py").write_text(BARE.format(size=size))
            with bare(folder, settings | one) as address:
                compare(size, site, address)


def compare(size, site, address):
    rows = {
        "bare WSGI application": ("bare:application", address, "/", REQUESTS),
        "kept page": ("config.wsgi", site, "/", REQUESTS),
        "the same page, rendered": ("config.wsgi", site, "/?anders=1", 20),
    }
    spent = {name: [] for name in rows}
    for _round in range(ROUNDS):  # one after the other, so that a busy moment hits all
        for name, (application, base, path, number) in rows.items():
            before = cpu(application)
            fetch(base, path, number)
            spent[name].append((cpu(application) - before) / number * 1000)
    middle = {name: statistics.median(found) for name, found in spent.items()}
    print(f"home, br, {size} bytes; median of {ROUNDS} rounds")
    for name, milliseconds in middle.items():
        ratio = milliseconds / middle["bare WSGI application"]
        print(f"{name:26} {milliseconds:8.3f} ms of CPU   {ratio:7.2f} x bare")


class bare:
    """The bare application on the server of the Procfile, with its settings."""

    def __init__(self, folder, settings):
        self.port = servers.free_port()
        self.command = [
            *servers.web_command()[:-1],
            "--pythonpath",
            str(folder),
            "bare:application",
        ]
        self.settings = settings | {"PORT": str(self.port)}

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command],
            cwd=servers.ROOT,
            env=self.settings,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        base = f"http://127.0.0.1:{self.port}"
        for _try in range(200):
            try:
                fetch(base, "/", 1)
            except OSError:
                subprocess.run(["sleep", "0.1"], check=True)
            else:
                return base
        raise AssertionError("The bare application did not start.")

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait()


def fetch(base, path, number):
    """Ask for it so many times on one connection; the last body."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    for _request in range(number):
        connection.request("GET", path, headers={"Accept-Encoding": "br"})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200
    connection.close()
    return body


def cpu(application):
    """Seconds of CPU that our servers of this application have used, master and workers."""
    parents, ticks, ours = {}, {}, {os.getpid()}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text()
        except OSError:
            continue  # it has ended
        parents[int(folder.name)] = int(fields[1])
        if application in command:
            ticks[int(folder.name)] = int(fields[11]) + int(fields[12])
    for _generation in range(2):
        ours |= {pid for pid, parent in parents.items() if parent in ours}
    return sum(ticks[pid] for pid in ours & set(ticks)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
