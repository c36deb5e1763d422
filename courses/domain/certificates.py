"""Certificates of attendance that anybody can check by their code."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from core import site_words
from core.models import SiteSettings, User
from courses.domain import transitions
from courses.models import Certificate, CoursePage, SignUp
from courses.reading import accreditations, events
from courses.reading.event import Event, Part

MOST_SIGNERS = 2  # what fits on the certificate
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no characters that look like others


class NotPresentError(Exception):
    """No day is recorded on which this person was present."""


@transaction.atomic
def issue(sign_up: SignUp, *, by: User | None = None) -> Certificate:
    """Issue the certificate of a person who was present; returns the standing one if there is one.

    Raises NotPresentError when no presence has been recorded, or the place is not final.
    """
    sign_up = transitions.lock(sign_up.pk)
    existing = Certificate.objects.filter(sign_up=sign_up).first()
    if existing and existing.revoked_at is None:
        return existing
    days = list(sign_up.attendance.filter(present=True).values_list("day", flat=True))
    if sign_up.state != SignUp.State.CONFIRMED or not days:
        raise NotPresentError
    code = _new_code()
    facts = {
        "code": code,
        "language": sign_up.language,
        "issued_at": timezone.now(),
        "revoked_at": None,
        "facts": _certificate_facts(sign_up, code, days),
    }
    transitions.log(sign_up, timezone.now(), by=by, note="certificate issued")
    return Certificate.objects.update_or_create(sign_up=sign_up, defaults=facts)[0]


@transaction.atomic
def revoke(certificate: Certificate, *, by: User) -> None:
    """Revoke a certificate: its code is no longer confirmed. One issued anew gets a new code."""
    sign_up = transitions.lock(certificate.sign_up_id)
    now = timezone.now()
    standing = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    if standing.update(revoked_at=now):
        transitions.log(sign_up, now, by=by, note="certificate revoked")


def find_by_code(text: str) -> Certificate | None:
    """The certificate with this code, in whatever spelling; None for an unknown or revoked one."""
    plain = "".join(letter for letter in text.upper() if letter in CODE_ALPHABET)[-8:]
    code = f"RT-{plain[:4]}-{plain[4:]}"
    return Certificate.objects.filter(code=code, revoked_at=None).first()


def url(certificate: Certificate) -> str:
    """The absolute URL of the page that confirms this certificate."""
    with translation.override(certificate.language):
        return settings.SITE_URL + reverse("certificate", args=[certificate.code])


def _certificate_facts(sign_up: SignUp, code: str, days: Iterable[date]) -> dict[str, Any]:
    event = events.for_reader(sign_up.roster, sign_up.language)
    with translation.override(sign_up.language):
        url = settings.SITE_URL + reverse("certificate", args=[code])
    days = sorted(days)
    return {
        "name": sign_up.full_name,
        "course": sign_up.event_title,
        **(_what_it_was(sign_up, event, days) if event else {}),
        "code": sign_up.roster.code,
        "days": [day.isoformat() for day in days],
        "places": event.places if event else [],
        "institute": SiteSettings.current().institute_name,
        "certificate_code": code,
        "extra": site_words.own("certificate-extra", sign_up.language),
        "verify_url": url,
        "issued_on": timezone.localdate().isoformat(),
        "signers": _signers(event.course) if event else [],
    }


def _what_it_was(sign_up: SignUp, event: Event, days: Sequence[date]) -> dict[str, Any]:
    """The version of the course, and how much of it this person attended, as far as known."""
    parts = event.parts_for(sign_up.kind)
    all_days = [day for part in parts for day in part.days]
    was_always_there = set(all_days) <= set(days)
    is_course = sign_up.kind == SignUp.Kind.COURSE
    return {
        "version": event.course.certificate_version if is_course else "",
        "number_of_days": len(all_days),
        "hours": _hours(parts, days),
        "registers": _registers(event, sign_up.language) if is_course and was_always_there else [],
    }


def _hours(parts: Sequence[Part], days: Sequence[date]) -> float | None:
    """The hours of the days attended; None as long as the times of one of them are not known."""
    hours = 0.0
    for part in parts:
        attended = [day for day in part.days if day in days]
        if not attended:
            continue
        if part.starts_at is None or part.ends_at is None:
            return None
        start, end = (datetime.combine(date.min, time) for time in (part.starts_at, part.ends_at))
        hours += len(attended) * (end - start).total_seconds() / 3600
    return hours or None


def _registers(event: Event, language: str) -> list[str]:
    """The registers that accredit all days, with number and points; no others are promised."""
    with translation.override(language):
        found = accreditations.of_event(event)
    return [f"{one.register}: {one.says}" for one in found if one.is_sure]


def _signers(course: CoursePage) -> list[dict[str, str]]:
    """The teachers in the order of the course's page, as {name, role}; at most MOST_SIGNERS."""
    found: dict[str, dict[str, str]] = {}
    for block in course.team:
        for person in block.value["people"]:
            person = person.localized
            if person.live:
                found.setdefault(person.title, {"name": person.title, "role": block.value["role"]})
    return list(found.values())[:MOST_SIGNERS]


def _new_code() -> str:
    letters = "".join(secrets.choice(CODE_ALPHABET) for _letter in range(8))
    return f"RT-{letters[:4]}-{letters[4:]}"
