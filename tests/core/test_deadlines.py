"""A server that says something all the time, but never enough."""

import smtplib
import socket
import ssl
import threading
import time

import httpx
import pytest
import requests

from core.deadlines import Deadline, deadline

pytestmark = pytest.mark.anywhere
SECONDS = 0.4


def by_smtp(port):
    smtplib.SMTP("127.0.0.1", port, timeout=30)


def by_requests(port):
    requests.get(f"http://127.0.0.1:{port}", timeout=30)


def by_httpx(port):
    httpx.get(f"http://127.0.0.1:{port}", timeout=30)


def by_tls(port):
    context = ssl.create_default_context()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        context.wrap_socket(line, server_hostname="localhost")


@pytest.mark.parametrize("talk", [by_smtp, by_requests, by_httpx, by_tls])
def test_whatever_library_talks_it_is_cut_off(dripping, talk):
    if talk is by_tls:
        dripping.first = b"\x16\x03\x03\x40\x00"  # the beginning of a long answer
    started = time.monotonic()
    with deadline(SECONDS) as limit, pytest.raises((OSError, httpx.HTTPError)):
        talk(dripping.port)

    assert limit.is_over
    assert time.monotonic() - started < 10
    assert dripping.ended.wait(10)


def test_a_connection_that_stays_open_has_a_new_limit_each_time(dripping):
    limit = Deadline(SECONDS)
    with limit:
        line = socket.create_connection(("127.0.0.1", dripping.port), timeout=30)
    time.sleep(2 * SECONDS)
    assert line.recv(1) == b"2"
    with limit:
        while line.recv(1):
            pass
    limit.close()
    line.close()

    assert limit.is_over


def test_nothing_new_begins_when_the_time_is_over(dripping):
    with deadline(0) as limit:
        while not limit.is_over:
            time.sleep(0.01)
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.0.0.1", dripping.port), timeout=5)


def test_what_other_threads_do_has_no_limit(dripping):
    said = []

    def listen():
        with socket.create_connection(("127.0.0.1", dripping.port), timeout=30) as line:
            for _ in range(12):
                said.append(line.recv(1))

    with deadline(0.1):
        thread = threading.Thread(target=listen)
        thread.start()
        thread.join(20)

    assert said == [b"2"] * 12
