import asyncio
import os
import socket
import subprocess
import sys
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import connection

from mail import kinds
from mail.outbox import queue

ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "tests.mail.worker_settings"}


class Post:
    """A mail server on loopback that can be told to misbehave."""

    def __init__(self):
        self.mode = "accept"
        self.slowly = 0.0
        self.received = []
        self.recipients = []
        self.servers = []

    @property
    def messages(self):
        return [message_from_bytes(raw, policy=policy.default) for raw in self.received]

    @property
    def ids(self):
        return [message["Message-ID"] for message in self.messages]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode == "no such person":
            return "550 5.1.1 no such person here"
        if self.mode == "try later":
            return "451 4.7.1 greylisted, try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "hang":
            await asyncio.sleep(1)
            return "451 too slow"
        await asyncio.sleep(self.slowly)
        self.received.append(envelope.content)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


class PostOffice(Controller):
    """A server that closes its connections when it stops: pytest reports sockets left open."""

    def factory(self):
        server = super().factory()
        self.handler.servers.append(server)
        return server

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(5)
        super().stop()

    async def _hang_up(self):
        for server in self.handler.servers:
            if server.transport:
                server.transport.abort()
        await asyncio.sleep(0.05)


@pytest.fixture
def post(settings):
    """Mail goes to this server; nothing listens on the port `post.down`."""
    post = Post()
    controller = PostOffice(
        post, hostname="127.0.0.1", port=free_port(), server_hostname="localhost"
    )
    controller.start()
    post.port, post.down = controller.port, free_port()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
    settings.EMAIL_TIMEOUT = 20
    yield post
    controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def kind():
    kind = kinds.register(
        kinds.MailKind(
            key="test_welcome",
            label="Welcome",
            placeholders={"first_name": "first name", "status_url": "link", "remarks": "remarks"},
            subject={"nl": "Welkom {first_name}", "en": "Welcome {first_name}"},
            body={
                "nl": "Beste {first_name},\n\nKijk hier: {status_url}\n\n{remarks}",
                "en": "Dear {first_name},\n\nLook here: {status_url}\n\n{remarks}",
            },
        )
    )
    yield kind
    del kinds._kinds[kind.key]


@pytest.fixture
def write(kind):
    """Queue a mail of the kind above; arguments override those of `queue`."""

    def write(**given):
        values = {"first_name": "Noor", "status_url": "https://example.org/x", "remarks": ""}
        arguments = {"kind": kind.key, "to": "noor@example.org", "language": "nl"}
        values |= given.pop("values", {})
        return queue(values=values, **{**arguments, **given})

    return write


@pytest.fixture
def worker(post, db, tmp_path):
    """Start real worker processes on the database of the test."""
    running = []
    environment = ENVIRONMENT | {
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "TEST_SMTP_PORT": str(post.port),
        "PATH": "/usr/bin:/bin",
    }
    for name in ("DATABASE_URL", "VAR_ROOT", "HOME"):
        if name in os.environ:
            environment[name] = os.environ[name]

    def start():
        with (tmp_path / f"worker-{len(running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "run_worker", "--skip-checks"],
                cwd=django_settings.BASE_DIR,
                env=environment,
                stderr=log,
            )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()


def wait_until(condition, seconds=30):
    """True as soon as the condition holds, False if it does not within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False
