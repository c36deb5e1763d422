import logging
import time
from collections import defaultdict

import pytest
from django.conf import settings

from core import cache as tolerant
from core.cache import TolerantRedisCache
from tests.slow_servers import SlowServer

DEAD = "redis://127.0.0.1:1/0"


@pytest.fixture
def breaker(monkeypatch):
    monkeypatch.setattr(tolerant, "_breakers", defaultdict(tolerant._Breaker))
    return tolerant._breakers[DEAD]


@pytest.fixture
def dead(breaker):
    return TolerantRedisCache(DEAD, {})


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda c: c.get("a"), None),
        (lambda c: c.get("a", "default"), "default"),
        (lambda c: c.get_many(["a", "b"]), {}),
        (lambda c: c.set("a", 1), None),
        (lambda c: c.add("a", 1), True),
        (lambda c: c.touch("a"), False),
        (lambda c: c.delete("a"), False),
        (lambda c: "a" in c, False),
        (lambda c: c.has_key("a"), False),
        (lambda c: c.incr("a"), 1),
        (lambda c: c.set_many({"a": 1}), []),
        (lambda c: c.delete_many(["a"]), None),
        (lambda c: c.clear(), False),
        (lambda c: c.get_or_set("a", lambda: 7), 7),
    ],
)
def test_a_dead_cache_counts_as_a_miss(dead, call, expected):
    assert call(dead) == expected


def test_a_dead_cache_is_not_tried_for_a_while_and_logged_once(dead, breaker, caplog):
    caplog.set_level(logging.WARNING)
    dead.get("a")
    started = time.monotonic()
    for _ in range(1000):
        dead.get("a")
    breaker.closed_until = 0
    dead.get("a")

    assert time.monotonic() - started < 1
    assert [entry.levelname for entry in caplog.records] == ["ERROR"]


def test_a_cache_that_returns_is_used_again(dead, breaker, monkeypatch, caplog):
    caplog.set_level(logging.WARNING)
    dead.get("a")
    breaker.closed_until = 0
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.get", lambda *a, **k: "back")

    assert dead.get("a") == "back"
    assert [entry.levelname for entry in caplog.records] == ["ERROR", "WARNING"]


@pytest.mark.parametrize(
    ("trouble", "first"),
    [
        ("refuses", b""),
        ("hangs", b""),
        ("drips", b"$100000\r\n"),
        ("drips", b"+"),
        ("half", b"$10\r\nab"),
    ],
)
def test_a_cache_in_any_trouble_holds_nobody_up(breaker, trouble, first):
    server = SlowServer(first, trouble)
    slow = TolerantRedisCache(f"redis://127.0.0.1:{server.port}/0", {})
    started = time.monotonic()
    for _ in range(100):
        assert slow.get("a", "default") == "default"
    server.close()

    assert time.monotonic() - started < 4
    assert slow._breaker.broken


def test_a_mistake_of_ours_is_not_hidden(dead, monkeypatch):
    def wrong(*args, **kwargs):
        raise TypeError("cannot pickle")

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.set", wrong)
    with pytest.raises(TypeError):
        dead.set("a", 1)


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis: set REDIS_URL to run it")
def test_a_live_cache_keeps_what_it_is_given(breaker):
    live = TolerantRedisCache(settings.REDIS_URL, {})
    live.set("a", {"b": 1}, 10)
    assert live.get("a") == {"b": 1}
    assert live.incr("n") == 1 if live.add("n", 0, 10) else True
    assert live.delete("a") is True
    assert live.get("a") is None
    assert not live._breaker.broken


def test_one_client_asks_all_questions(dead):
    client = dead._cache
    assert client.get_client("a") is client.get_client("b", write=True)
