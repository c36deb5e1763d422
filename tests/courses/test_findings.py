"""What the night job finds, and that it is gone once it is solved."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from core import findings, to_do
from core.models import Finding, User
from courses.domain import go_no_go, payments
from courses.models import CourseEventPage, Invoice, Roster, SignUp, SwapOffer, Upload
from courses.office.start import visitors
from courses.values.storage import private_storage
from tests import factories


@pytest.fixture
def owner(db):
    return User.objects.create_superuser("owner")


def lines(user):
    """{label: (number, address)} of what waits for this user, but what visitors look for."""
    others = {item.label for item in visitors.staff_to_do(user)}
    found = {item.label: (item.number, item.url) for item in to_do.for_user(user)}
    return {label: line for label, line in found.items() if label not in others}


def found():
    findings.look()
    return sorted(Finding.objects.values_list("kind", "key"))


def orphaned(event):
    english = factories.locale("en")
    for page in Page.objects.filter(depth__gt=1).order_by("path"):
        if page.pk == event.page.pk or event.page.is_descendant_of(page):
            page.specific.copy_for_translation(english, copy_parents=True)
    twin = CourseEventPage.objects.get(locale=english)
    CourseEventPage.objects.filter(pk=twin.pk).update(live=True)
    return twin


def lose_page(roster):
    """As if its page had been deleted behind the site's back: the CMS refuses that."""
    Roster.objects.filter(pk=roster.pk).update(translation_key=uuid.uuid4())


def test_nothing_is_found_where_everything_agrees(event, office, owner):
    payments.record(factories.sign_up(event), by=office)

    assert found() == []
    with CaptureQueriesContext(connection) as queries:
        assert len(list(findings.staff_to_do(owner))) == len(findings.KINDS)
    assert len(queries) == 0  # the start page counts the rows of all lines in one query


def test_a_translation_online_whose_source_is_not(event, owner):
    twin = orphaned(event)
    assert found() == []
    CourseEventPage.objects.filter(pk=event.page.pk).update(live=False)

    assert found() == [("orphaned_translations", str(twin.pk))]
    [(number, url)] = lines(owner).values()
    assert (number, url) == (1, f"/admin/pages/{twin.pk}/edit/")

    CourseEventPage.objects.filter(pk=twin.pk).update(live=False)
    assert lines(owner) == {}
    assert found() == []


def test_a_date_online_in_another_language_only(event, owner):
    twin = orphaned(event)
    CourseEventPage.objects.filter(pk=event.page.pk).update(translation_key=uuid.uuid4())

    assert ("dates_without_source", str(twin.pk)) in found()


def test_a_date_called_off_that_is_still_online_once_everybody_has_chosen(event, office, owner):
    other = factories.event(event.course, parts=[factories.part(80)])
    sign_up = factories.sign_up(event)
    go_no_go.call_off(event.roster, by=office)
    assert found() == []  # the page tells that it does not go ahead
    SignUp.objects.filter(pk=sign_up.pk).update(
        state="cancelled", ended_at=sign_up.created_at, hold_until=None
    )

    assert found() == [("offered_over", str(event.roster.pk))]
    CourseEventPage.objects.filter(translation_key=event.roster.translation_key).update(live=False)
    assert lines(owner) == {}
    assert other.page.live


def test_an_open_offer_of_a_date_that_is_over(event, owner):
    sign_up = factories.sign_up(event)
    over, coming = (
        factories.event(event.course, parts=[factories.part(day)]).roster for day in (80, 90)
    )
    for roster in (over, coming):
        SwapOffer.objects.create(
            sign_up=sign_up,
            roster=roster,
            left=event.roster,
            state="open" if roster == over else "lapsed",
            until=sign_up.hold_until,
            created_at=sign_up.created_at,
        )
    Roster.objects.filter(pk=over.pk).update(last_day=factories.day(-1))

    assert found() == [("offered_over", str(over.pk))]


def test_a_roster_with_people_without_a_page(event, owner):
    other = factories.event(event.course, parts=[factories.part(80)])
    factories.sign_up(event)
    for roster in (event.roster, other.roster):
        lose_page(roster)

    assert found() == [("rosters_without_page", str(event.roster.pk))]


def test_a_final_place_whose_balance_does_not_close(event, office, owner):
    odd, _other = (payments.record(factories.sign_up(event), by=office) for _person in range(2))
    Invoice.objects.filter(sign_up=odd).update(amount_cents=120000)

    assert found() == [("open_balances", str(odd.pk))]
    [(number, url)] = lines(owner).values()
    assert (number, url) == (1, f"/admin/sign-ups/{odd.pk}/")
    Invoice.objects.filter(sign_up=odd).update(amount_cents=119500)
    assert lines(owner) == {}


def test_files_and_rows_without_each_other(db, owner):
    kept = Upload(name="a.pdf", content_type="application/pdf", size=1)
    kept.file.save("uploads/a.pdf", ContentFile(b"a"))
    lost = Upload(name="b.pdf", content_type="application/pdf", size=1)
    lost.file.save("uploads/b.pdf", ContentFile(b"b"))
    private_storage().delete(lost.file.name)

    assert found() == [("files", f"row-{lost.pk}")]


def test_one_kind_that_fails_keeps_no_other_from_being_found(event, owner, monkeypatch):
    factories.sign_up(event)
    lose_page(event.roster)

    def broken():
        raise RuntimeError("once")

    kind = findings.KINDS["files"]
    monkeypatch.setitem(
        findings.KINDS, "files", findings.Kind(kind.name, broken, kind.label, kind.may)
    )

    assert found() == [("rosters_without_page", str(event.roster.pk))]


def test_several_findings_are_one_line_that_leads_to_the_list(event, office, owner, client):
    for _person in range(2):
        payments.record(factories.sign_up(event), by=office)
    Invoice.objects.update(amount_cents=120000)
    findings.look()
    [(number, url)] = lines(owner).values()
    assert (number, url) == (2, "/admin/findings/")

    client.force_login(owner)
    shown = client.get(url).text
    for sign_up in SignUp.objects.all():
        assert f"/admin/sign-ups/{sign_up.pk}/" in shown
