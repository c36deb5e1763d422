import os
import subprocess
import sys

from django.conf import settings as configured

from courses.checks import payments, payments_are_real
from courses.domain import rosters, seats
from courses.models import SeatClaim
from tests import factories

PRINT_SETTINGS = """
from django.conf import settings
print([name for name in dir(settings) if "SEAT" in name], hasattr(settings, "TESTING"))
"""


def test_no_setting_switches_the_guard_of_the_seats_off(settings, small_event):
    settings.SEAT_GUARD = settings.GUARD = False
    factories.fill(small_event)
    numbers = SeatClaim.objects.order_by("seat_number").values_list("seat_number", flat=True)
    assert list(numbers) == [1, 1, 2, 2]
    assert [hasattr(module, "settings") for module in (rosters, seats)] == [False, False]


def test_no_environment_variable_switches_the_seat_guard_off():
    lines = (configured.BASE_DIR / "tests" / "production.env").read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    switches = dict.fromkeys(("SEAT_GUARD", "DJANGO_SEAT_GUARD", "GUARD"), "0")
    printed = subprocess.run(
        [sys.executable, "-c", PRINT_SETTINGS],
        cwd=configured.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".:site", "TESTING": "1"}
        | environment
        | switches,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout == "[] False\n"


def test_the_pretend_bank_is_refused_outside_the_local_installation(settings):
    settings.PAYMENT_GATEWAY = "pretend_bank"
    assert payments_are_real(None) == []
    del settings.TESTING
    assert [problem.id for problem in payments_are_real(None)] == ["courses.E002"]
    settings.LOCAL_INSTALLATION = True
    assert payments_are_real(None) == []


def test_a_payment_gateway_is_required(settings):
    settings.PAYMENT_GATEWAY = ""
    assert [problem.id for problem in payments_are_real(None)] == ["courses.E002"]
    settings.PAYMENT_GATEWAY = "mollie"
    assert payments_are_real(None) == []


def test_a_key_that_the_provider_refuses_is_missing_and_an_accepted_one_is_not(
    settings, fake_mollie
):
    assert list(payments()) == []
    settings.MOLLIE_API_KEY = "nonsense"
    [line] = payments()
    assert "401" in line


def test_the_pretend_bank_misses_nothing(settings):
    assert list(payments()) == []
