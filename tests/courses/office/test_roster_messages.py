"""Mails that staff write to a course group: drafts, previews, sending and outcome."""

import json
import uuid

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.domain import cancellations, roster_messages
from courses.models import RosterMessage, SignUp
from courses.reading import links
from mail.models import OutgoingMail

pytestmark = pytest.mark.anywhere

TEXT = "Beste {first_name}, tot ziens op {days}."


def rich(text):
    """What the rich text editor submits for one paragraph."""
    block = {"key": "a", "text": text, "type": "unstyled"}
    return json.dumps({"blocks": [block] if text else [], "entityMap": {}})


def address(name, event, *args):
    return reverse(f"rosters:{name}", args=[event.roster.pk, *args])


@pytest.fixture
def write(office, event):
    """A function that posts a draft and continues to the preview."""

    def write(client=office, event=event, **typed):
        form = {"draft_key": uuid.uuid4(), "subject": "Over {course}", "preview": "1"}
        form |= {"states": ["confirmed", "awaiting_payment"], "subject_en": "", **typed}
        form["body"], form["body_en"] = rich(form.get("body", TEXT)), rich(form.get("body_en", ""))
        return client.post(address("message", event), form)

    return write


@pytest.fixture
def message(event, office):
    return RosterMessage.objects.create(
        roster=event.roster,
        subject="Over {code}",
        body=f"<p>{TEXT}</p><p>{{status_url}}</p>",
        states=["confirmed", "awaiting_payment"],
        by=office.user,
    )


def mails():
    return OutgoingMail.objects.filter(kind="roster_message")


def send(client, event, message):
    page = client.get(address("message_send", event, message.pk))
    seen = [row.mark for row in page.context["recipients"]]
    return client.post(address("message_send", event, message.pk), {"seen": seen}, follow=True)


def test_from_the_empty_form_to_the_preview(office, event, make_sign_up, write):
    make_sign_up()
    page = office.get(address("message", event), {"state": "awaiting_payment"})
    soup = BeautifulSoup(page.content, "html.parser")
    assert [box["value"] for box in soup.select("[name=states][checked]")] == ["awaiting_payment"]
    assert "Wacht op betaling (1)" in page.text
    assert [code.text for code in soup.select(".office-placeholders code")] == [
        "{first_name}",
        "{full_name}",
        "{course}",
        "{the_course}",
        "{code}",
        "{days}",
        "{status_url}",
        "{institute}",
    ]
    response = write()
    draft = RosterMessage.objects.get()
    assert response.url == address("message_preview", event, draft.pk)
    assert (draft.subject, draft.by, draft.sent_at) == ("Over {course}", office.user, None)
    assert mails().count() == 0


def test_an_unknown_placeholder_is_named_and_the_draft_is_kept(write):
    page = write(body="Dag {voornaam}", subject="Over {cursus}")

    assert (
        "{voornaam} wordt in deze mail niet ingevuld. U kunt gebruiken: {first_name}" in page.text
    )
    assert "{cursus} wordt in deze mail niet ingevuld" in page.text
    draft = RosterMessage.objects.get()
    assert ("{voornaam}" in draft.body, draft.subject) == (True, "Over {cursus}")
    hidden = BeautifulSoup(page.content, "html.parser").select_one("[name=draft_key]")
    assert hidden["value"] == str(draft.draft_key)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"subject": " "}, "Schrijf een onderwerp"),
        ({"body": ""}, "Schrijf de tekst van de mail."),
        ({"subject_en": "Hi"}, "Schrijf ook de Engelse tekst"),
        ({"body_en": "Hi"}, "Schrijf ook het Engelse onderwerp"),
        ({"states": []}, "Kies wie deze mail krijgen."),
        ({"body": "Dag {"}, "Er staat een losse accolade"),
    ],
)
def test_each_problem_is_shown_at_its_field(write, typed, words):
    assert words in write(**typed).text
    assert RosterMessage.objects.count() == 1


def test_an_incomplete_draft_can_be_continued_later(office, event, write):
    key = uuid.uuid4()
    form = {"draft_key": key, "subject": "", "body": rich("Half"), "body_en": rich("")}
    response = office.post(address("message", event), form, follow=True)
    assert "Het concept is bewaard; er is niemand gemaild." in response.text
    draft = RosterMessage.objects.get()
    edit = address("message_edit", event, draft.pk)
    assert edit in response.text
    page = office.get(edit)
    assert "Half" in page.text
    assert roster_messages.version_of(draft) in page.text.replace("&#x2B;", "+")
    again = office.get(address("message_send", event, draft.pk), follow=True)
    assert again.redirect_chain[-1][0] == edit
    assert "Schrijf een onderwerp" in again.text


def test_a_draft_is_discarded_after_a_question(office, event, message):
    url = address("message_discard", event, message.pk)
    assert "Dit concept weggooien?" in office.get(url).text
    assert RosterMessage.objects.count() == 1
    office.post(url)
    assert RosterMessage.objects.count() == 0


def test_a_draft_that_a_colleague_sent_meanwhile_stays(office, event, message, make_sign_up):
    make_sign_up()
    other = RosterMessage.objects.create(roster=event.roster, subject="Concept")
    send(office, event, message)

    answer = office.post(address("message_discard", event, message.pk), follow=True)

    assert answer.redirect_chain == [(address("message_sent", event, message.pk), 302)]
    assert "Deze mail is intussen verstuurd" in answer.text
    assert set(RosterMessage.objects.all()) == {message, other}


def test_each_preview_has_the_values_of_the_person_and_no_working_link(
    office, event, make_sign_up, message
):
    first = make_sign_up("Łukasz", "Aa")
    second = make_sign_up("{code}", "Bee")
    url = address("message_preview", event, message.pk)

    def shown(page):
        [frame] = BeautifulSoup(page.content, "html.parser").find_all("iframe")
        assert not frame["sandbox"]
        return BeautifulSoup(frame["srcdoc"], "html.parser").get_text()

    page = office.get(url)
    assert "Beste Łukasz, tot ziens op Cursusdagen" in shown(page)
    assert "Persoon 1 van 2" in page.text
    assert f'rel="next" href="?person={second.pk}"' in page.text
    page = office.get(url, {"person": second.pk})
    assert "Beste {code}, tot ziens" in shown(page)
    assert f'rel="prev" href="?person={first.pk}"' in page.text
    assert "https://example.org/inschrijving/voorbeeld/" in shown(page)
    assert links.token(second) not in page.text
    for odd in ("0", "x", "99999999999999999999"):
        assert office.get(url, {"person": odd}).context["position"] == 1


def test_the_preview_shows_what_a_person_who_reads_english_gets(
    office, event, make_sign_up, message
):
    taken = make_sign_up()
    SignUp.objects.filter(pk=taken.pk).update(language="en")
    url = address("message_preview", event, message.pk)
    assert "maar deze mail heeft geen Engelse tekst" in office.get(url).text
    sending = office.get(address("message_send", event, message.pk)).text
    assert "1 van hen schreef zich in het Engels in en krijgt de Nederlandse tekst" in sending
    assert "1 persoon van deze groep schreef zich in het Engels in" in (
        office.get(address("message_edit", event, message.pk)).text
    )
    RosterMessage.objects.update(subject_en="About {code}", body_en="<p>Dear {first_name}</p>")
    page = office.get(url)
    assert "maar deze mail heeft geen" not in page.text
    assert page.context["mail"].text.startswith("Dear Noor")
    sending = office.get(address("message_send", event, message.pk)).text
    assert "1 van hen krijgt de Engelse tekst." in sending


def test_sending_says_the_consequences_first_and_mails_once(office, event, make_sign_up, message):
    taken = [make_sign_up(), make_sign_up()]
    SignUp.objects.filter(pk=taken[0].pk).update(state="confirmed", hold_until=None)
    asked = office.get(address("message_send", event, message.pk))
    said = " ".join(asked.text.split())
    assert "2 mensen krijgen deze mail: 1 bevestigd, 1 wacht op betaling." in said
    assert mails().count() == 0

    done = send(office, event, message)
    assert "2 mensen krijgen deze mail." in done.text
    again = office.post(
        address("message_send", event, message.pk),
        {"seen": [row.mark for row in asked.context["recipients"]]},
        follow=True,
    )
    assert "Niemand krijgt hem twee keer." in again.text
    assert mails().count() == 2
    entry = ModelLogEntry.objects.get(action="courses.mail_group")
    assert (entry.user, entry.data["people"]) == (office.user, 2)
    group = office.get(reverse("rosters:history", args=[event.roster.pk]))
    assert "aantal mensen: 2" in group.text
    person = office.get(reverse("sign_ups:inspect", args=[taken[0].pk]))
    assert "mail aan de cursusgroep verstuurd" in person.text
    assert f"Over {event.code}" in person.text


def test_a_stale_page_asks_again_and_names_who_is_left_out(office, event, make_sign_up, message):
    make_sign_up()
    gone = make_sign_up("Jan", "Vertrokken")
    url = address("message_send", event, message.pk)
    seen = [row.mark for row in office.get(url).context["recipients"]]
    make_sign_up("Eva", "Nieuw")
    refused = office.post(url, {"seen": [*seen, "nonsense", "12-zz"]}, follow=True)
    assert "Er is nu niemand gemaild" in refused.text
    assert "Eva Nieuw" in refused.text
    assert mails().count() == 0

    seen = [row.mark for row in refused.context["recipients"]]
    cancellations.cancel(gone, by=None)
    done = office.post(url, {"seen": seen}, follow=True)
    assert "intussen niet meer op de lijst: Jan Vertrokken." in done.text
    assert mails().count() == 2


def test_a_mail_without_recipients_leads_back_to_the_text(office, event, message):
    response = office.get(address("message_send", event, message.pk), follow=True)
    assert "bereikt op dit moment niemand" in response.text
    assert office.get(address("message_preview", event, message.pk)).status_code == 200


def test_people_chosen_in_the_list_and_only_those_of_this_group(
    office, event, make_event, make_sign_up, write
):
    one, other = make_sign_up("Noor", "Een"), make_sign_up("Jan", "Twee")
    make_sign_up("Eva", "Drie")
    elsewhere = make_sign_up("Ver", "Weg", event=make_event(title="Cursus Bloemendaal"))
    page = office.get(
        address("message", event), {"person": [one.pk, other.pk, elsewhere.pk, "x", "9" * 30]}
    )
    boxes = BeautifulSoup(page.content, "html.parser").select("[name=people]")
    assert {box["value"] for box in boxes} == {str(one.pk), str(other.pk)}
    assert "Ver Weg" not in page.text

    write(by_hand="True", people=[one.pk, elsewhere.pk], states=[])
    draft = RosterMessage.objects.get()
    assert (draft.people, draft.states) == ([one.pk], list(SignUp.LIVE))
    assert "Noor Een (Wacht op betaling)" in (
        office.get(address("message_edit", event, draft.pk)).text
    )
    send(office, event, draft)
    assert list(mails().values_list("to", flat=True)) == [one.email]


def test_nobody_chosen_is_not_everybody(office, event, make_sign_up, write):
    make_sign_up()
    page = office.get(address("message", event), {"person": "999999"})
    assert "Niemand van wie u koos" in page.text
    assert "Niemand van wie u koos" in write(by_hand="True").text
    draft = RosterMessage.objects.get()
    assert draft.people == []
    assert roster_messages.recipients(draft) == []


@pytest.mark.parametrize("email", ["staf@example.nl", ""])
def test_a_test_mail_about_a_made_up_person_goes_to_the_user(
    office, event, make_sign_up, message, email
):
    taken = make_sign_up("Łukasz", "Wójcik")
    office.user.email = email
    office.user.save()
    RosterMessage.objects.update(subject_en="About {code}", body_en="<p>{full_name} {days}</p>")
    url = address("message_test", event, message.pk)
    page = office.post(url, {"to": "eve@example.org"}, follow=True)

    assert ("uw account heeft geen e-mailadres" in page.text) is (not email)
    subjects = [f"[Proef] Over {event.code}", f"[Test] About {event.code}"]
    assert list(mails().order_by("pk").values_list("to", "subject")) == (
        [(email, subject) for subject in subjects] if email else []
    )
    for mail in mails():
        assert "Łukasz" not in mail.body_text
        assert links.token(taken) not in mail.body_text
    assert RosterMessage.objects.get().sent_at is None


def test_the_outcome_is_shown_for_each_person(office, event, make_sign_up, message):
    bounced, arrived = make_sign_up("Noor", "Een"), make_sign_up("Jan", "Twee")
    send(office, event, message)
    mails().filter(object_id=bounced.pk).update(state="sent", delivery="bounced")
    mails().filter(object_id=arrived.pk).update(state="sent", delivery="delivered")

    page = office.get(address("message_sent", event, message.pk))
    assert [(name, number) for name, _label, number in page.context["outcomes"]] == [
        ("delivered", 1),
        ("bounced", 1),
    ]
    for taken in (bounced, arrived):
        assert reverse("sign_ups:inspect", args=[taken.pk]) in page.text
        assert reverse("outbox:inspect", args=[mails().get(object_id=taken.pk).pk]) in page.text
    [listed] = office.get(address("messages", event)).context["sent"]
    assert listed.trouble == 1
    mail = mails().get(object_id=bounced.pk)
    office.post(reverse("outbox:send_again", args=[mail.pk]), {"to": "noor@example.org"})
    page = office.get(address("message_sent", event, message.pk))
    assert "noor@example.org" in page.text
    assert office.get(address("messages", event)).context["sent"][0].trouble == 0
    edit = office.get(address("message_edit", event, message.pk))
    assert edit.url == address("message_sent", event, message.pk)


def test_mails_stay_after_their_author_was_deleted(
    office, make_client, event, make_sign_up, message
):
    make_sign_up()
    send(office, event, message)
    draft = RosterMessage.objects.create(roster=event.roster, by=office.user)
    other = make_client("Bureau")
    office.user.delete()

    page = other.get(address("messages", event))
    assert ("(nog geen onderwerp)" in page.text, "–" in page.text) == (True, True)
    assert other.get(address("message_sent", event, message.pk)).status_code == 200
    assert other.get(address("message_edit", event, draft.pk)).status_code == 200


def test_the_pages_make_no_more_queries_for_more_people(
    office, event, make_sign_up, message, django_assert_max_num_queries
):
    for _number in range(6):
        make_sign_up()
    names = ("message_edit", "message_preview", "message_send")
    for name in names:
        with django_assert_max_num_queries(30):
            office.get(address(name, event, message.pk))
    send(office, event, message)
    with django_assert_max_num_queries(20):
        office.get(address("message_sent", event, message.pk))
    with django_assert_max_num_queries(20):
        office.get(address("messages", event))


def test_the_outbox_names_the_kind(office, event, make_sign_up, message):
    make_sign_up()
    send(office, event, message)
    mail = mails().get()
    assert "Door het bureau geschreven: aan een cursusgroep" in (
        office.get(reverse("outbox:inspect", args=[mail.pk])).text
    )
    assert "Over RT" in office.get(reverse("outbox:index"), {"kind": "roster_message"}).text


ONE = ("message_edit", "message_preview", "message_send", "message_discard")


def test_a_message_of_another_group_is_not_found(office, make_event, message):
    other = make_event(title="Cursus Bloemendaal")
    for name in (*ONE, "message_sent"):
        assert office.get(address(name, other, message.pk)).status_code == 404
    for name in ("message_send", "message_discard", "message_test"):
        assert office.post(address(name, other, message.pk)).status_code == 404
    assert RosterMessage.objects.count() == 1


def test_staff_who_may_only_view_cannot_write(
    make_client, office, event, make_sign_up, message, write
):
    make_sign_up()
    send(office, event, message)
    draft = RosterMessage.objects.create(roster=event.roster, subject="Concept")
    client = make_client("no group")
    names = ["access_admin", "view_signup", "view_outgoingmail"]
    wanted = Permission.objects.filter(codename__in=names)
    client.user.user_permissions.set(wanted)

    page = client.get(address("messages", event))
    assert ("Concept" in page.text, f'"{address("message", event)}"' in page.text) == (True, False)
    assert client.get(address("message_sent", event, message.pk)).status_code == 200
    refused = [write(client=client), client.get(address("message", event))]
    refused += [client.get(address(name, event, draft.pk)) for name in ONE]
    posts = ("message_send", "message_discard", "message_test")
    refused += [client.post(address(name, event, draft.pk)) for name in posts]
    assert {(response.status_code, response.url) for response in refused} == {(302, "/admin/")}
    assert RosterMessage.objects.filter(sent_at=None).get() == draft


@pytest.mark.parametrize("role", ["Teksten", "Cursussen", "Geld", None])
def test_other_groups_see_no_mails(role, make_client, event, message, write):
    client = make_client(role)
    responses = [client.get(address(name, event)) for name in ("messages", "message")]
    responses += [client.get(address(name, event, message.pk)) for name in (*ONE, "message_sent")]
    responses.append(write(client=client))
    assert {response.status_code for response in responses} == {302}
    assert RosterMessage.objects.count() == 1
