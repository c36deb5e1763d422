"""Staff change a day or venue: they see whom it affects, and mail those people once."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.domain import changes
from courses.models import CourseEventPage, Roster
from mail.models import OutgoingMail


def change_venue(event, venue="De Stokte"):
    page = CourseEventPage.objects.get(pk=event.page.pk)
    parts = list(page.parts.all())
    parts[0].venue = venue
    page.parts = parts
    page.save_revision().publish()


@pytest.fixture
def changed(event, make_sign_up):
    """A date whose venue became known after people had signed up."""
    make_sign_up()
    make_sign_up(admission="exception")
    make_sign_up(kind="alumni", admission="alumni")
    change_venue(event)
    return event


def address(event):
    return reverse("rosters:tell", args=[event.roster.pk])


def answer(event, **fields):
    roster = Roster.objects.get(pk=event.roster.pk)
    return {"version": changes.version_of(roster), "mail": "yes"} | fields


def mailed():
    return list(OutgoingMail.objects.filter(kind="changed").values_list("to", flat=True))


def test_editors_see_how_many_people_a_change_affects(office, event, make_sign_up):
    make_sign_up()
    editor = reverse("wagtailadmin_pages:edit", args=[event.page.pk])
    assert "1 persoon heeft zich ingeschreven." in office.get(editor).text
    change_venue(event)
    for shown in (editor, reverse("rosters:edit", args=[event.roster.pk])):
        text = office.get(shown).text
        assert "raakt 1 persoon die dat nog niet weet" in text
        assert address(event) in text
    home = office.get("/admin/").text
    assert "gewijzigde datum om over te mailen" in home
    assert address(event) in home
    assert mailed() == []


def test_the_question_shows_the_change_the_people_and_the_mail(office, changed):
    asked = office.get(address(changed))
    assert asked.context["lines"] == [("Cursusdagen: de locatie is nu De Stokte, Dalfsen", 2)]
    assert [(str(row["label"]), row["number"]) for row in asked.context["numbers"]] == [
        ("Wacht op het bureau", 1),
        ("Wacht op betaling", 1),
    ]
    assert asked.context["informed"] == 1
    [preview] = asked.context["previews"]
    assert "Cursusdagen: de locatie is nu De Stokte, Dalfsen" in preview["mail"].text
    assert "voorbeeld" in preview["mail"].text  # no working link of a person
    assert "Mail 2 mensen" in asked.text
    assert mailed() == []


def test_a_double_click_mails_once(office, changed):
    data = answer(changed)
    done = office.post(address(changed), data, follow=True)
    assert "2 mensen krijgen een mail over de wijziging." in done.text
    office.post(address(changed), data)
    assert len(mailed()) == len(set(mailed())) == 2
    entry = ModelLogEntry.objects.get(action="courses.tell_change")
    assert (entry.data, entry.user) == ({"mailed": True, "people": 2}, office.user)
    history = reverse("rosters:history", args=[changed.roster.pk])
    assert "daarover gemailde mensen: 2" in office.get(history).text
    assert office.get(address(changed), follow=True).redirect_chain[-1][0] == reverse(
        "rosters:edit", args=[changed.roster.pk]
    )
    assert "gewijzigde datum" not in office.get("/admin/").text


def test_a_slip_of_the_pen_mails_nobody_after_a_question(office, changed):
    asked = office.get(address(changed), {"mail": "no"})
    assert "Niemand mailen over deze wijziging?" in asked.text
    assert 'name="mail" value="no"' in asked.text
    office.post(address(changed), answer(changed, mail="no"))
    assert mailed() == []
    assert changes.rosters_to_tell() == []


def test_what_was_published_meanwhile_is_shown_first(office, changed):
    data = answer(changed)
    change_venue(changed, "De Stoker")
    refused = office.post(address(changed), data, follow=True)
    assert "Er is nu niemand gemaild" in refused.text
    assert "De Stoker" in refused.text
    assert mailed() == []


@pytest.mark.parametrize("role", ["Teksten", None])
def test_other_groups_cannot_mail_about_a_change(role, make_client, changed):
    client = make_client(role)
    for response in (client.get(address(changed)), client.post(address(changed), answer(changed))):
        assert response.status_code == 302
    assert mailed() == []
