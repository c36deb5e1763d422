"""The site as deploy/ starts it on a Debian machine: nginx, and the commands of the units.

systemd itself is not there in the check; its socket is one of ours, which web inherits as it would.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
BASE = "/srv/runningtherapie"
NGINX = """
user root;
pid {folder}/nginx.pid;
error_log stderr crit;
daemon off;
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(unit):
    """The command of a unit, in this checkout."""
    text = (DEPLOY / f"runningtherapie-{unit}.service").read_text()
    return re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)[1].replace(f"{BASE}/current/", "")


class Deployed:
    """Web, worker and nginx. `env` holds STATIC_ROOT (…/static) and VAR_ROOT."""

    def __init__(self, env):
        self.env = env
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.http, self.https = free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp())
        self.processes = {}

    def start(self):
        for unit in ("web", "worker"):
            self.start_unit(unit)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder))
        (self.folder / "site.conf").write_text(self._site())
        self._make_certificate()
        self.processes["nginx"] = subprocess.Popen(["nginx", "-c", self.folder / "nginx.conf"])

    def start_unit(self, unit):
        self.processes[unit] = subprocess.Popen(
            ["sh", "-c", f"LISTEN_PID=$$ exec {command(unit)}"],
            cwd=ROOT,
            env=self.env | {"LISTEN_FDS": "1"} if unit == "web" else self.env,
            pass_fds=(3,),
            preexec_fn=lambda: os.dup2(self.socket.fileno(), 3),
        )

    def restart(self, unit):
        """As `systemctl restart`: the socket stays."""
        self._end(unit)
        self.start_unit(unit)

    def stop(self):
        for name in list(self.processes):
            self._end(name)
        self.socket.close()
        shutil.rmtree(self.folder)

    def _end(self, name):
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    def _site(self):
        text = (DEPLOY / "nginx.conf").read_text()
        static, var = Path(self.env["STATIC_ROOT"]), self.env["VAR_ROOT"]
        for there, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{self.socket.getsockname()[1]}"),
            ("listen 80;", f"listen 127.0.0.1:{self.http};"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.https} ssl"),
            (f"{BASE}/current/", f"{ROOT}/"),
            (f"{BASE}/var/", f"{var}/"),
            (f"root {BASE};", f"root {static.parent};"),
            ("/etc/letsencrypt/live/www.example.nl/fullchain.pem", f"{self.folder}/cert.pem"),
            ("/etc/letsencrypt/live/www.example.nl/privkey.pem", f"{self.folder}/key.pem"),
            ("/var/log/nginx/runningtherapie.log", f"{self.folder}/error.log"),
        ):
            assert there in text, f"{there} is in deploy/nginx.conf"
            text = text.replace(there, here)
        return "\n".join(line for line in text.splitlines() if "listen [::]" not in line)

    def _make_certificate(self):
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
                *("-subj", "/CN=www.example.nl", "-keyout", self.folder / "key.pem"),
                *("-out", self.folder / "cert.pem"),
            ],
            check=True,
            capture_output=True,
        )
