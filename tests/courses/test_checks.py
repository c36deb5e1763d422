import os
import subprocess
import sys

from django.conf import settings as configured

from courses.checks import payments_are_real
from courses.domain import rosters, seats
from courses.models import SeatClaim
from tests import factories

SAY = """
from django.conf import settings
print([name for name in dir(settings) if "SEAT" in name], hasattr(settings, "TESTING"))
"""


def test_no_setting_switches_the_guard_of_the_seats_off(settings, small_event):
    settings.SEAT_GUARD = settings.GUARD = False
    factories.fill(small_event)
    numbers = SeatClaim.objects.order_by("seat_number").values_list("seat_number", flat=True)
    assert list(numbers) == [1, 1, 2, 2]
    assert [hasattr(module, "settings") for module in (rosters, seats)] == [False, False]


def test_nothing_in_the_environment_switches_the_guard_off_in_production():
    lines = (configured.BASE_DIR / "tests" / "production.env").read_text().splitlines()
    made_up = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    switches = dict.fromkeys(("SEAT_GUARD", "DJANGO_SEAT_GUARD", "GUARD"), "0")
    told = subprocess.run(
        [sys.executable, "-c", SAY],
        cwd=configured.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": ".:site", "TESTING": "1"}
        | made_up
        | switches,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[] False\n"


def test_a_site_with_the_pretend_bank_does_not_start_outside_the_local_installation(settings):
    settings.PAYMENT_GATEWAY = "pretend_bank"
    assert payments_are_real(None) == []
    del settings.TESTING
    assert [problem.id for problem in payments_are_real(None)] == ["courses.E002"]
    settings.LOCAL_INSTALLATION = True
    assert payments_are_real(None) == []


def test_a_site_without_a_gateway_does_not_start(settings):
    settings.PAYMENT_GATEWAY = ""
    assert [problem.id for problem in payments_are_real(None)] == ["courses.E002"]
    settings.PAYMENT_GATEWAY = "mollie"
    assert payments_are_real(None) == []
