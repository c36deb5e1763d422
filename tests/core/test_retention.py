"""The table of personal data: complete, and in words for all who read it."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from core import retention
from core.models import RetentionRun


def _fields():
    """{model: its columns} of every model but pages, which are published."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.label: {field.name for field in model._meta.concrete_fields}
        for model in models
        if not issubclass(model, Page)
    }


@pytest.mark.anywhere
def test_every_field_is_in_the_table_or_declared_impersonal():
    known = retention.known_fields()

    unlisted = [
        f"{label}.{name}"
        for label, names in _fields().items()
        if label not in known
        for name in sorted(names)
        if f"{label}.{name}" not in known
    ]

    assert unlisted == [], "add a rule to <app>/retention.py, or declare these fields impersonal"


@pytest.mark.anywhere
def test_the_table_names_only_fields_that_exist():
    fields = _fields()
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    existing = models | {f"{label}.{name}" for label, names in fields.items() for name in names}
    other_database = {"wagtailsearch.SQLiteFTSIndexEntry"}

    assert retention.known_fields() - existing - other_database == set()


@pytest.mark.anywhere
def test_every_rule_says_what_why_and_how_long():
    for rule in retention.rules():
        words = (rule.what, rule.purpose, rule.basis, rule.term)
        assert all(str(word).strip() for word in words), rule.key
        assert (rule.rows is None) == (rule.over is None) == (rule.remove is None), rule.key


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("today", "months", "before"),
    [
        (date(2027, 3, 1), 3, date(2026, 12, 1)),
        (date(2027, 5, 31), 3, date(2027, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2027, 1, 15), 24, date(2025, 1, 15)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
    ],
)
def test_months_are_calendar_months(today, months, before):
    assert retention.months_before(retention.start_of(today), months) == before


@pytest.mark.anywhere
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # daylight saving ended
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        (datetime(2026, 7, 25, 21, 59, tzinfo=UTC), date(2026, 7, 25)),
        (datetime(2026, 7, 25, 22, 0, tzinfo=UTC), date(2026, 7, 26)),
    ],
)
def test_a_day_begins_at_dutch_midnight(moment, day):
    assert retention.months_before(moment, 0) == day


@pytest.mark.django_db
def test_the_reports_are_removed_after_two_years():
    now = timezone.now()
    RetentionRun.objects.create(at=now - timedelta(days=1100), counts={"details": 1})
    RetentionRun.objects.create(at=now, counts={})

    run = retention.remove_due(now)

    assert run.counts == {"retention_runs": 1}
    assert RetentionRun.objects.count() == 2


@pytest.mark.django_db
def test_a_failing_rule_does_not_stop_the_others(monkeypatch):
    def fail(keys, now):
        raise RuntimeError("a name that must not be logged")

    monkeypatch.setattr(retention, "_rules", {rule.key: rule for rule in retention.rules()})
    retention._rules["broken"] = retention.Rule(
        key="broken",
        what="",
        purpose="",
        basis="",
        term="",
        fields=(),
        order=1,
        rows=ContentType.objects.all,
        over=lambda now: Q(),
        remove=fail,
    )
    now = timezone.now()
    RetentionRun.objects.create(at=now - timedelta(days=1100))

    with pytest.raises(retention.NotAllRemovedError):
        retention.remove_due(now)

    assert RetentionRun.objects.get().counts == {"retention_runs": 1}
    # The job retries every few minutes: that must not add a report each time.
    with pytest.raises(retention.NotAllRemovedError):
        retention.remove_due(now)
    assert RetentionRun.objects.count() == 1


@pytest.mark.django_db
def test_the_command_counts_with_dry_run_and_removes_without():
    now = timezone.now()
    RetentionRun.objects.create(at=now - timedelta(days=1100))
    said = [StringIO(), StringIO()]

    call_command("forget", "--dry-run", stdout=said[0])
    assert RetentionRun.objects.count() == 1
    call_command("forget", stdout=said[1])

    assert said[0].getvalue() == "retention_runs: 1\n1 would be removed\n"
    assert said[1].getvalue() == "retention_runs: 1\n1 removed\n"
