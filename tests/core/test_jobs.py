from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session

from core import jobs


@pytest.mark.django_db
def test_old_sessions_are_cleared():
    Session.objects.create(
        session_key="old", session_data="", expire_date=datetime(2020, 1, 1, tzinfo=UTC)
    )
    jobs.clear_sessions()

    assert Session.objects.count() == 0


@pytest.mark.django_db
def test_scheduled_pages_are_published(site_tree):
    site_tree.live = False
    site_tree.go_live_at = datetime(2020, 1, 1, tzinfo=UTC)
    site_tree.save()
    site_tree.save_revision(approved_go_live_at=site_tree.go_live_at)
    jobs.publish_scheduled()
    site_tree.refresh_from_db()

    assert site_tree.live is True
