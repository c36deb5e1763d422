"""What staff see, export and print about one date or one person holds nothing of anybody else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import certificates, payments, presence
from courses.models import RosterMessage
from courses.office.privacy import handover
from courses.reading import events
from tests.courses.domain.removing import subject_of

# Words that stand in everything of the neighbours: names, addresses, dates, mails.
THEIRS = ("buur", "elders", "neighbour")
OF_ROSTER = (
    "edit",
    "people",
    "people_results",
    "presence",
    "messages",
    "certificates",
    "register",
    "bulk_export",
    "bulk_record-payment",
    "history",
)


@pytest.fixture
def ours(event, make_sign_up, neighbour):
    """A person of this date with everything that there can be."""
    taken = payments.record(make_sign_up("Noor", "Meer"), by=None)
    shown = events.of_roster(event.roster)
    days = presence.expected_days(taken, shown)
    presence.record_days(taken, days, days, shown)
    certificates.issue(taken)
    RosterMessage.objects.create(roster=event.roster, subject="Van ons")
    return taken


def found_in(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode("utf-8", "replace").casefold()
    return [word for word in THEIRS if word in text]


@pytest.mark.parametrize("name", OF_ROSTER)
def test_a_page_of_one_group_names_nobody_of_another(office, event, ours, name):
    query = {"id": "all"} if name.startswith("bulk") else None
    response = office.get(reverse(f"rosters:{name}", args=[event.roster.pk], query=query))
    assert response.status_code == 200
    assert found_in(response) == []


@pytest.mark.parametrize("name", ["people", "register"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_of_one_group_names_nobody_of_another(office, event, ours, name, form):
    address = reverse(f"rosters:{name}", args=[event.roster.pk], query={"export": form})
    assert found_in(office.get(address)) == []


@pytest.mark.parametrize("search", ["Meer", "persoon1@example.nl"])
@pytest.mark.parametrize("name", ["sign_ups:index", "invoices:index"])
def test_a_search_finds_nobody_else(office, ours, name, search):
    if name == "invoices:index" and "@" in search:
        search = "Noor"
    for query in ({}, {"export": "csv"}):
        response = office.get(reverse(name), {"q": search} | query)
        rows = response.context["object_list"] if not query else ()
        assert all("Buur" not in str(vars(row)) for row in rows)
        if query:
            assert found_in(response) == []


def test_the_page_of_a_person_tells_of_nobody_else(office, ours):
    assert found_in(office.get(reverse("sign_ups:inspect", args=[ours.pk]))) == []


def test_the_data_of_a_person_are_nobody_elses(ours, neighbour):
    with handover.archive(subject_of(ours)) as made:
        text = made.read().decode("latin-1").casefold()
    assert "buur" not in text
    found = subject_of(neighbour.waiting)
    assert list(found.sign_ups) == [neighbour.waiting]


def test_refunds_to_decide_about_are_those_that_wait(office, ours, neighbour):
    index = reverse("refunds:index")
    assert list(office.get(index).context["object_list"]) == [neighbour.refund]
    neighbour.refund.state, neighbour.refund.done_at = "done", timezone.now()
    neighbour.refund.save()
    assert list(office.get(index).context["object_list"]) == []


def test_swaps_of_one_group_are_not_those_of_another(office, event, ours, neighbour):
    for roster, is_shown in ((event.roster, False), (neighbour.second.roster, True)):
        page = office.get(reverse("rosters:edit", args=[roster.pk]))
        assert ("Buur Wenst" in page.text) is is_shown
