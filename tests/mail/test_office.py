import json
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from core import to_do
from core.models import User
from mail import addresses, kinds
from mail.models import MailText, OutgoingMail
from mail.office import to_do as mail_to_do

pytestmark = pytest.mark.django_db

READ = ("view_outgoingmail",)
OFFICE = ("view_outgoingmail", "change_outgoingmail", "change_mailtext")


@pytest.fixture
def staff(client, site_tree):
    """Log in a member of staff with only these permissions on mail."""

    def staff(*names, email="staff@example.org"):
        user = User.objects.create(username="staff", email=email)
        user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *names]))
        client.force_login(user)
        return client

    return staff


@pytest.fixture
def edit_url(kind):
    return reverse("mail_texts:edit", args=[kind.key, "nl"])


def words(response):
    return response.content.decode()


def previewed(response):
    """(the mail in the frame of the preview, the text above it)."""
    page = BeautifulSoup(response.content, "html.parser")
    [frame] = page.find_all("iframe")
    return frame["srcdoc"], frame.find_previous_sibling("div").get_text()


def rich(text):
    """What the rich text editor sends for one paragraph."""
    block = {"key": "a", "text": text, "type": "unstyled"}
    return json.dumps({"blocks": [block], "entityMap": {}})


def test_the_outbox_can_be_searched_and_filtered(staff, write):
    write(to="noor@example.org")
    write(to="jan@example.org")
    OutgoingMail.objects.filter(to="jan@example.org").update(state="failed")
    client = staff(*READ)

    for query, seen in (("", {"noor", "jan"}), ("?q=jan", {"jan"}), ("?state=queued", {"noor"})):
        page = words(client.get(reverse("outbox:index") + query))
        assert {name for name in ("noor", "jan") if f"{name}@example.org" in page} == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("nguyen", {"noor", "jan"}),
        ("Nguyễn", {"noor", "jan"}),
        ("thi nguyen", {"noor"}),
        ("soren", {"sofie"}),
        ("%", {"sofie"}),
        ("_", set()),
    ],
)
def test_the_outbox_is_searched_without_accents(staff, write, text, seen):
    write(to=("Nguyễn Thị", "noor@example.org"))
    write(to=("Nguyen", "jan@example.org"))
    write(to="sofie@example.org", values={"first_name": "Søren 100%"})

    page = words(staff(*READ).get(reverse("outbox:index"), {"q": text}))

    assert {name for name in ("noor", "jan", "sofie") if f"{name}@example.org" in page} == seen


def test_the_subject_links_to_the_mail(staff, write):
    mail = write()
    page = words(staff(*READ).get(reverse("outbox:index")))

    assert f'href="{reverse("outbox:inspect", args=[mail.pk])}"' in page


def test_a_mail_shows_its_text_and_events(staff, write):
    mail = write(values={"remarks": "<script>alert(1)</script>"})
    mail.events.create(event="postponed", detail="TimeoutError")
    page = words(staff(*READ).get(reverse("outbox:inspect", args=[mail.pk])))

    assert "TimeoutError" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "Opnieuw versturen" not in page


def test_sending_again_asks_first_and_takes_another_address(staff, write):
    write(to="jan@example.org")
    mail = write(to="nor@example.org")
    client = staff(*OFFICE)
    url = reverse("outbox:send_again", args=[mail.pk])

    assert "nor@example.org" in words(client.get(url))
    assert OutgoingMail.objects.count() == 2
    client.post(url, {"to": "noor@example.org"})
    assert list(mail.copies.values_list("to", "state")) == [("noor@example.org", "queued")]
    logged = ModelLogEntry.objects.filter(action="mail.send_again")
    assert [(row.object_id, row.user.username) for row in logged] == [(str(mail.pk), "staff")]


def test_a_forgotten_mail_cannot_be_sent_again(staff, write):
    mail = write()
    OutgoingMail.objects.update(forgotten_at=mail.created_at)
    client = staff(*OFFICE)

    assert client.get(reverse("outbox:inspect", args=[mail.pk])).status_code == 200
    assert client.get(reverse("outbox:send_again", args=[mail.pk])).status_code == 404


def test_staff_who_may_only_read_cannot_send(staff, write):
    client = staff(*READ)
    url = reverse("outbox:send_again", args=[write().pk])

    assert client.post(url, {"to": "noor@example.org"}).status_code == 302
    assert OutgoingMail.objects.count() == 1


def test_staff_who_only_edit_texts_do_not_see_the_outbox(staff, write):
    mail = write()
    client = staff("change_mailtext")

    for url in (reverse("outbox:index"), reverse("outbox:inspect", args=[mail.pk])):
        assert client.get(url).status_code == 302
    assert "outbox" not in words(client.get(reverse("mail_texts:index")))


def test_staff_without_the_right_see_no_texts(staff, edit_url):
    client = staff(*READ)

    for url in (reverse("mail_texts:index"), edit_url):
        assert client.get(url).status_code == 302


def test_every_kind_is_listed_in_every_language(staff, kind):
    page = words(staff("change_mailtext").get(reverse("mail_texts:index")))

    for language in ("nl", "en"):
        assert reverse("mail_texts:edit", args=[kind.key, language]) in page


def test_every_text_of_the_site_opens(staff):
    client = staff("change_mailtext")
    texts = [(kind.key, language) for kind in kinds.all() for language in kind.body]
    client.raise_request_exception = False

    found = {text: client.get(reverse("mail_texts:edit", args=text)).status_code for text in texts}

    assert found == dict.fromkeys(texts, 200)


def test_the_form_shows_the_default_and_the_placeholders(staff, edit_url):
    page = words(staff("change_mailtext").get(edit_url))

    assert "Welkom {first_name}" in page
    assert "<code>{status_url}</code>" in page


def test_a_text_is_saved_used_and_logged(staff, edit_url, kind, write):
    client = staff("change_mailtext")
    client.post(edit_url, {"subject": "Dag {first_name}", "body": rich("Tot ziens {first_name}")})
    text = MailText.objects.get(kind=kind.key, language="nl")

    assert text.subject == "Dag {first_name}"
    mail = write()
    assert (mail.subject, mail.body_text.split("\n")[0]) == ("Dag Noor", "Tot ziens Noor")
    client.post(edit_url, {"subject": "Hoi {first_name}", "body": rich("Tot ziens")})
    text.refresh_from_db()
    assert text.subject == "Hoi {first_name}"
    actions = text_actions(text)
    assert actions == ["wagtail.create", "wagtail.edit"]


def text_actions(text):
    entries = ModelLogEntry.objects.for_instance(text).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_an_unknown_placeholder_is_refused_with_a_list(staff, edit_url):
    response = staff("change_mailtext").post(
        edit_url, {"subject": "Dag {voornaam}", "body": rich("Tot ziens {achternaam}")}
    )

    page = words(response)
    assert MailText.objects.count() == 0
    assert "{voornaam} wordt in deze mail niet ingevuld" in page
    assert "{achternaam} wordt in deze mail niet ingevuld" in page
    assert "{first_name}, {status_url}, {remarks}" in page


def test_the_preview_shows_the_unsaved_form(staff, kind):
    url = reverse("mail_texts:preview", args=[kind.key, "nl"])
    client = staff("change_mailtext")

    assert "Beste (first name)" in previewed(client.get(url))[0]
    mail, facts = previewed(client.post(url, {"subject": "Dag", "body": rich("Hallo {remarks}")}))
    assert "Hallo (remarks)" in mail
    assert "Onderwerp: Dag" in facts
    assert MailText.objects.count() == 0


def test_a_text_can_be_reset_to_its_default(staff, kind):
    MailText.objects.create(kind=kind.key, language="nl", subject="Dag", body="<p>x</p>")
    client = staff("change_mailtext")
    url = reverse("mail_texts:reset", args=[kind.key, "nl"])

    assert client.get(url).status_code == 200
    assert MailText.objects.count() == 1
    client.post(url)
    assert MailText.objects.count() == 0


def test_an_unknown_kind_is_not_found(staff):
    client = staff("change_mailtext")

    assert client.get(reverse("mail_texts:edit", args=["nothing", "nl"])).status_code == 404


def waiting_for(name="staff"):
    """The lines about mail on the start page of this person."""
    found = to_do.for_user(User.objects.get(username=name))
    return [(item.number, item.label) for item in found if item.icon == "mail"]


def test_the_start_page_reports_mail_that_was_given_up(staff, write):
    write(to="nobody")
    client = staff(*READ)

    [item] = to_do.for_user(User.objects.get(username="staff"))
    assert (item.number, item.label) == (1, "mail kon niet worden verstuurd: kijk naar het adres")
    assert "nobody" in words(client.get(item.url))
    assert "mail kon niet worden verstuurd" in words(client.get(reverse("wagtailadmin_home")))


def test_only_staff_who_may_read_mail_see_which_mail_failed(
    staff, write, django_assert_num_queries
):
    for delivery in ("bounced", "bounced", "complained", "delivered"):
        OutgoingMail.objects.filter(pk=write().pk).update(state="sent", delivery=delivery)
    staff(*READ)
    User.objects.create(username="writer")

    assert waiting_for("writer") == []
    assert waiting_for() == [
        (2, "mails zijn niet bezorgd: verbeter de adressen"),
        (1, "mail als spam gemeld: bel voordat u weer mailt"),
    ]
    user = User.objects.get(username="staff")
    user.has_perm("mail.view_outgoingmail")
    with django_assert_num_queries(1):
        to_do.counts([item.rows for item in mail_to_do.for_staff(user)])


def test_mail_that_did_not_arrive_is_listed_until_it_is_sent_again(staff, write):
    mail = write(to="nor@example.org")
    write(to="jan@example.org")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", delivery="bounced")
    client = staff(*OFFICE)

    page = words(client.get(reverse("outbox:index") + "?delivery=bounced"))
    assert ("nor@example.org" in page, "jan@example.org" in page) == (True, False)
    assert 'mail-state--bounced">kon niet worden bezorgd' in page
    assert waiting_for() == [(1, "mail is niet bezorgd: verbeter het adres")]
    listed = reverse("outbox:index") + "?delivery=bounced&seen_to=no"
    assert "nor@example.org" in words(client.get(listed))
    assert "Adres verbeteren en opnieuw versturen" in words(
        client.get(reverse("outbox:inspect", args=[mail.pk]))
    )
    client.post(reverse("outbox:send_again", args=[mail.pk]), {"to": "noor@example.org"})
    assert waiting_for() == []
    assert f">{mail.subject}<" not in words(client.get(listed))


@pytest.fixture
def person():
    """A person whose address staff may correct, as an app registered; "taken@" is refused."""

    def correct(person, address, user):
        if address.startswith("taken@"):
            raise ValidationError("Iemand anders heeft dit adres.")
        User.objects.filter(pk=person.pk).update(email=address, last_name=user.username)

    addresses.register(
        User, current=lambda person: person.email, correct=correct, permission="core.change_user"
    )
    yield User.objects.create(username="noor", email="Nor@example.org")
    del addresses._correctors[User]


def test_the_address_of_the_person_can_be_corrected_too(staff, write, person):
    url = reverse("outbox:send_again", args=[write(to="nor@example.org", about=person).pk])
    client = staff(*OFFICE, "change_user")

    assert "Ook verbeteren bij “noor”" in words(client.get(url))
    answer = {"to": "taken@example.org", "there_too": "on"}
    assert "Iemand anders heeft dit adres." in words(client.post(url, answer))
    assert OutgoingMail.objects.count() == 1
    client.post(url, {"to": "noor@example.org", "there_too": "on"})
    person.refresh_from_db()
    assert (person.email, person.last_name) == ("noor@example.org", "staff")
    assert OutgoingMail.objects.first().to == "noor@example.org"


def test_the_address_of_the_person_stays_unless_staff_may_and_ask(staff, write, person):
    ours, other = (write(to=to, about=person) for to in ("nor@example.org", "office@example.org"))
    client = staff(*OFFICE)
    send_again = "outbox:send_again"

    assert "Ook verbeteren" not in words(client.get(reverse(send_again, args=[ours.pk])))
    User.objects.get(username="staff").user_permissions.add(
        Permission.objects.get(codename="change_user")
    )
    assert "Ook verbeteren" not in words(client.get(reverse(send_again, args=[other.pk])))
    client.post(reverse(send_again, args=[ours.pk]), {"to": "noor@example.org"})
    person.refresh_from_db()
    assert person.email == "Nor@example.org"


@pytest.fixture
def real_kind(kind):
    """The kind, with real data for its preview."""
    real = replace(kind, real_values=lambda language: ({"first_name": "Jan"}, "RT21032027"))
    kinds._kinds[kind.key] = real


def test_the_preview_has_real_data_only_for_staff_who_may_read_mail(staff, kind, real_kind):
    url = reverse("mail_texts:preview", args=[kind.key, "nl"])
    client = staff("change_mailtext")

    mail, facts = previewed(client.get(url))
    assert ("Beste (first name)" in mail, "verzonnen gegevens" in facts) == (True, True)
    User.objects.get(username="staff").user_permissions.add(
        Permission.objects.get(codename="view_outgoingmail")
    )
    mail, facts = previewed(client.get(url))
    assert "Voorbeeld met gegevens van RT21032027" in facts
    assert "Beste Jan" in mail
    assert "(link)" in mail


@pytest.fixture
def other_texts(kind):
    """Saved texts of another kind of mail, and of the same kind in another language."""
    other = kinds.register(replace(kind, key="test_other", label="Other"))
    rows = [(other.key, "nl"), (kind.key, "en"), (other.key, "en")]
    yield [
        MailText.objects.create(kind=key, language=language, subject=f"{key} {language}", body="x")
        for key, language in rows
    ]
    del kinds._kinds[other.key]


def test_each_mail_has_its_own_text_in_each_language(staff, kind, edit_url, other_texts):
    client = staff("change_mailtext")
    before = list(MailText.objects.order_by("pk").values())

    assert client.get(edit_url).context["form"]["subject"].value() == "Welkom {first_name}"
    client.post(edit_url, {"subject": "Van ons", "body": rich("Hoi")})

    assert list(MailText.objects.order_by("pk").values())[:3] == before
    made = MailText.objects.get(kind=kind.key, language="nl")
    assert made.subject == "Van ons"
    for text in [*other_texts, made]:
        url = reverse("mail_texts:edit", args=[text.kind, text.language])
        assert client.get(url).context["form"]["subject"].value() == text.subject
        preview = reverse("mail_texts:preview", args=[text.kind, text.language])
        assert text.subject in previewed(client.get(preview))[1] + words(client.get(preview))


@pytest.mark.parametrize("email", ["staff@example.org", ""])
def test_a_test_mail_goes_to_the_user_who_asks_for_it(staff, edit_url, email):
    client = staff("change_mailtext", email=email)
    filled_in = {"subject": "Dag {first_name}", "body": rich("Tot ziens"), "send_test": "1"}
    page = words(client.post(edit_url, filled_in | {"to": "eve@example.org"}, follow=True))

    sent = [(mail.to, mail.subject) for mail in OutgoingMail.objects.all()]
    assert sent == ([(email, "[Proef] Dag (first name)")] if email else [])
    assert ("uw account heeft geen e-mailadres" in page) is (not email)
    assert MailText.objects.get().subject == "Dag {first_name}"
