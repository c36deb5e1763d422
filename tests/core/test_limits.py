import pytest
import time_machine

from core import guards
from core.cache import TolerantRedisCache
from core.guards import within_limit

START = 1_800_000_000 - 1_800_000_000 % 600


def tries(rf, number, ip="192.0.2.1", action="sign_up", rate="3/10m/ip"):
    request = rf.post("/", REMOTE_ADDR=ip)
    return [within_limit(request, action, rate) for _ in range(number)]


def test_an_address_may_try_as_often_as_the_rate_says(rf):
    with time_machine.travel(START, tick=False):
        assert tries(rf, 5) == [True, True, True, False, False]


@pytest.mark.parametrize(("ip", "action"), [("192.0.2.2", "sign_up"), ("192.0.2.1", "contact")])
def test_each_address_and_each_action_has_its_own_count(rf, ip, action):
    with time_machine.travel(START, tick=False):
        tries(rf, 5)
        assert tries(rf, 1, ip=ip, action=action) == [True]


def test_an_ipv6_network_counts_as_one_address(rf):
    with time_machine.travel(START, tick=False):
        assert all(tries(rf, 1, ip=f"2001:db8:1:2::{n}") == [True] for n in range(1, 4))
        assert tries(rf, 1, ip="2001:db8:1:2:ffff::9") == [False]
        assert tries(rf, 1, ip="2001:db8:1:3::1") == [True]


def test_the_previous_window_counts_for_what_is_left_of_it(rf):
    with time_machine.travel(START + 599, tick=False):
        tries(rf, 3)
    with time_machine.travel(START + 601, tick=False):
        assert tries(rf, 1) == [False]
    with time_machine.travel(START + 600 + 590, tick=False):
        assert tries(rf, 1) == [True]


def test_without_a_cache_everybody_may(rf, monkeypatch):
    monkeypatch.setattr(guards, "cache", TolerantRedisCache("redis://127.0.0.1:1/0", {}))
    assert all(tries(rf, 20))


def test_the_cache_holds_no_address(rf, monkeypatch):
    keys = []
    monkeypatch.setattr(guards.cache, "add", lambda key, *args: keys.append(key))
    tries(rf, 1)
    assert keys
    assert "192.0.2.1" not in keys[0]
