"""Look for known holes in what the site needs. `.ci/run` starts it; it is no pytest module.

pip-audit compares requirements.txt with the advisories. It is red when it finds a hole, and when it
left out any package: a look that skipped something shows nothing. Where the advisories cannot be
reached at all it says "NOT AUDITED", and compares the pins with the newest patch of their line on
the registry instead. A package that meets strangers must then be at its newest patch, for that is
where holes are closed; for any other a newer patch is only named.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
PIP_AUDIT = "pip-audit==2.10.1"
# They read what anybody sends: requests, forms, pictures, logins, tokens.
MEET_STRANGERS = {
    *("django", "wagtail", "pillow", "django-allauth", "gunicorn", "cryptography"),
    *("psycopg", "django-anymail", "phonenumberslite"),
}


class NotAuditedError(Exception):
    """The advisories could not be read."""


def main():
    pinned = pins((ROOT / "requirements.txt").read_text())
    try:
        faults = holes(report())
    except NotAuditedError as why:
        print(f"NOT AUDITED: {why}. The pins are compared with the registry instead.")
        names = direct((ROOT / "requirements.in").read_text()) | MEET_STRANGERS
        faults = behind({name: pinned[name] for name in names & pinned.keys()}, available)
    for fault in faults:
        print(f"audit: {fault}")
    if any(fault.startswith("RED") for fault in faults):
        raise SystemExit(1)
    print(f"audit: {len(pinned)} packages pinned, nothing red")


def report():
    """pip-audit's report, made by a pip-audit of its own outside our environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", PIP_AUDIT]
        if subprocess.run(install, capture_output=True, check=False).returncode:
            raise NotAuditedError("pip-audit cannot be installed")
        options = ["--disable-pip", "--no-deps", "--format=json", "--progress-spinner=off"]
        command = [python, "-m", "pip_audit", *options, "-r", str(ROOT / "requirements.txt")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout


def holes(text):
    """The faults in a report of pip-audit. Raises NotAuditedError if it looked at nothing."""
    try:
        packages = json.loads(text)["dependencies"]
    except (ValueError, KeyError):
        raise NotAuditedError("the advisories cannot be reached") from None
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if len(skipped) == len(packages):
        raise NotAuditedError("the advisories cannot be reached")
    found = [
        f"RED: {package['name']} {package['version']} has {hole['id']}, see {hole['fix_versions']}"
        for package in packages
        for hole in package.get("vulns", ())
    ]
    return found + [f"RED: {name} was skipped" for name in skipped]


def behind(pinned, versions_of):
    """The faults of these pins; `versions_of(name)` are the versions that there are."""
    faults = []
    for name, version in sorted(pinned.items()):
        versions = versions_of(name)
        if not versions:
            faults.append(f"RED: {name} is neither audited nor compared")
        elif (newest := newest_patch(version, versions)) > Version(version):
            colour = "RED" if name in MEET_STRANGERS else "newer"
            faults.append(f"{colour}: {name} {version}, the newest patch of its line is {newest}")
    return faults


def newest_patch(version, versions):
    """The newest final release with the same first two numbers."""
    line = Version(version).release[:2]
    of_line = [found for found in map(_parsed, versions) if found and found.release[:2] == line]
    return max((found for found in of_line if not found.is_prerelease), default=Version(version))


def available(name):
    command = [sys.executable, "-m", "pip", "index", "versions", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^Available versions: (.+)$", done.stdout, re.MULTILINE)
    return found[1].split(", ") if found else []


def pins(text):
    """{name: version} of a requirements file."""
    return {
        name.lower(): version
        for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", text, re.MULTILINE)
    }


def direct(text):
    """The names in requirements.in."""
    return {name.lower() for name in re.findall(r"^([A-Za-z][\w.-]*)", text, re.MULTILINE)}


def _parsed(version):
    try:
        return Version(version)
    except InvalidVersion:
        return None


if __name__ == "__main__":
    main()
