"""The look for known holes must not be green because it looked at nothing."""

import json

import pytest

from tests import audit

pytestmark = pytest.mark.anywhere

WHOLE = {"name": "django", "version": "5.2.19", "vulns": []}
SKIPPED = {"name": "wagtail", "skip_reason": "not found"}
HOLE = {
    "name": "pillow",
    "version": "13.0.0",
    "vulns": [{"id": "CVE-1", "fix_versions": ["13.0.1"]}],
}


def report(*packages):
    return json.dumps({"dependencies": packages})


def test_a_report_without_holes_is_green():
    assert audit.holes(report(WHOLE)) == []


def test_a_hole_is_red_and_named():
    (fault,) = audit.holes(report(WHOLE, HOLE))
    assert fault.startswith("RED: pillow 13.0.0 has CVE-1")


def test_a_package_that_was_skipped_is_red():
    assert audit.holes(report(WHOLE, SKIPPED)) == ["RED: wagtail was skipped"]


@pytest.mark.parametrize("text", ["", "no JSON", "{}", report(SKIPPED), report()])
def test_a_look_at_nothing_is_no_audit(text):
    with pytest.raises(audit.NotAuditedError):
        audit.holes(text)


@pytest.mark.parametrize(
    ("pinned", "fault"),
    [
        ({"django": "5.2.19"}, []),
        ({"django": "5.2.17"}, ["RED: django 5.2.17, the newest patch of its line is 5.2.19"]),
        ({"brotli": "1.2.0"}, ["newer: brotli 1.2.0, the newest patch of its line is 1.2.3"]),
        ({"gone": "1.0"}, ["RED: gone is neither audited nor compared"]),
    ],
)
def test_without_advisories_the_pins_are_compared_with_the_newest_patch(pinned, fault):
    versions = {
        "django": ["6.0.1", "5.3.1", "5.2.20rc1", "5.2.19", "5.2.9", "odd"],
        "brotli": ["1.2.3"],
    }
    assert audit.behind(pinned, lambda name: versions.get(name, [])) == fault


def test_every_package_that_meets_strangers_is_pinned():
    pinned = audit.pins((audit.ROOT / "requirements.txt").read_text())
    assert audit.MEET_STRANGERS - pinned.keys() == set()
    assert audit.direct((audit.ROOT / "requirements.in").read_text()) - pinned.keys() == set()
