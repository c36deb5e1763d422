"""Finding a person, handing over all data, and forgetting a person."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from core import retention
from core.models import RetentionRun
from courses.domain import certificates, notices, payments, people, presence, subjects
from courses.models import Answer, Certificate, Roster, RosterMessage, SignUp, Upload
from courses.office.privacy import finding, handover, terms
from home.mails import contact_message
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(make_client):
    return make_client("Eigenaar")


@pytest.fixture
def user(db):
    return factories.user("bureau")


@pytest.fixture
def noor(make_sign_up):
    return make_sign_up("Noor", "Zwaluw", email="noor@vogel.example", phone="+31 6 9988 7766")


def page_of(sign_up, name="person"):
    return reverse(f"privacy:{name}", args=["sign-up", sign_up.pk])


def text_of(response):
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)


def find(client, text):
    return client.post(reverse("privacy:find"), {"text": text})


def is_over(sign_up):
    SignUp.objects.filter(pk=sign_up.pk).update(state="cancelled", ended_at=timezone.now())
    sign_up.claims.all().delete()


def everything(subject):
    """(the JSON, {file name: bytes}) of the archive."""
    with handover.archive(subject) as made, zipfile.ZipFile(made) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    return json.loads(files["data.json"]), files


# --- Permissions ---------------------------------------------------------------------------------


@pytest.mark.anywhere
@pytest.mark.parametrize("roles", [("Bureau", "Cursussen", "Geld"), ("Teksten",), ("Geld",)])
def test_only_staff_who_may_forget_people_get_in(make_client, noor, roles):
    client = make_client(*roles)
    addresses = [reverse("privacy:find"), reverse("retention:index")]
    addresses += [page_of(noor, name) for name in ("person", "archive", "forget")]

    for address in addresses:
        assert client.get(address).status_code == client.post(address).status_code == 302, address
    assert SignUp.objects.get(pk=noor.pk).email == noor.email


@pytest.mark.anywhere
def test_unknown_people_are_not_found(owner):
    assert owner.get(reverse("privacy:person", args=["sign-up", 999999])).status_code == 404
    assert owner.get(reverse("privacy:person", args=["mail", 999999])).status_code == 404
    assert owner.get(reverse("privacy:person", args=["payer", 999999])).status_code == 404
    assert owner.get(reverse("privacy:person", args=["other", 1])).status_code == 404


# --- Find ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["zwaluw", "Noor Zwaluw", "NOOR@VOGEL", "0699887766", "+31 6 99 88 77 66", "99887766"]
)
def test_a_person_is_found_by_whatever_is_known(owner, noor, text):
    shown = text_of(find(owner, text))

    assert "1 persoon gevonden" in shown
    assert "noor@vogel.example" in shown


def test_people_are_grouped_by_their_address(make_sign_up, make_event, noor):
    make_sign_up("Noor", "Zwaluw", event=make_event("Later"), email="Noor@vogel.example")
    make_sign_up("Kees", "Zwaluw")
    contact_message(name="Noor", email="noor@vogel.example", message="Hoi")

    found, _more = finding.find_people("zwaluw")

    assert [(person.address, len(person.sign_ups)) for person in found] == [
        ("noor@vogel.example", 2),
        ("persoon3@example.nl", 1),
    ]


def test_people_who_only_wrote_or_pay_or_left_are_found_too(owner, event, user):
    contact_message(name="Merel", email="merel@vogel.example", message="Hoi")
    buyer = factories.buyer(email="mus@vogel.example", organisation="GGZ")
    factories.sign_up(event, factories.somebody(buyer=buyer))
    left = factories.sign_up(event, factories.application(email="gans@vogel.example"))
    people.substitute(left, people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321"))

    found, _more = finding.find_people("vogel.example")

    assert [(person.address, person.kind) for person in found] == [
        ("gans@vogel.example", "mail"),
        ("merel@vogel.example", "mail"),
        ("mus@vogel.example", "payer"),
    ]
    for person in found:
        assert (
            owner.get(reverse("privacy:person", args=[person.kind, person.pk])).status_code == 200
        )


def test_a_person_is_found_without_accents_in_every_table(event, user):
    contact_message(name="Søren", email="soren@vogel.example", message="Hoi")
    buyer = factories.buyer(email="ggz@vogel.example", organisation="Crème & Zoë")
    paying = factories.somebody(buyer=buyer, first_name="José", last_name="Nguyễn")
    signed_up = payments.record(factories.sign_up(event, paying), by=user)
    [invoice] = signed_up.invoices.all()
    Certificate.objects.create(
        sign_up=signed_up, code="RT1", facts={"name": "Łukasz"}, issued_at=timezone.now()
    )

    def found(text):
        people, _more = finding.find_people(text)
        return [(person.address, person.kind, person.documents) for person in people]

    for text in ("jose nguyen", "José Nguyễn", "JOSE NGUYỄN"):
        [jose], _more = finding.find_people(text)
        assert jose.documents == [invoice.number]
    assert found("soren") == found("SØREN") == [("soren@vogel.example", "mail", [])]
    assert found("creme zoe") == [("ggz@vogel.example", "payer", [])]
    assert found("lukasz") == [("", "", ["RT1"])]


def test_staff_are_told_when_there_are_more_results_than_shown(owner, make_sign_up, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 2)
    for number in range(3):
        make_sign_up(f"Noor{number}", "Zwaluw", email="noor@vogel.example")

    assert "Er zijn er meer" in find(owner, "zwaluw").text
    assert "Er zijn er meer" not in find(owner, "noor1").text


def test_nobody_found_says_what_to_do(owner, noor):
    assert "Niemand gevonden" in text_of(find(owner, "Onbekend"))
    assert "Vul in wie u zoekt." in text_of(find(owner, " "))


def test_the_search_text_is_in_no_url(owner, noor):
    response = find(owner, "zwaluw")

    assert response.status_code == 200
    links = [link["href"] for link in BeautifulSoup(response.content, "html.parser").main("a")]
    assert not any("zwaluw" in link or "vogel" in link for link in links)


def test_finding_makes_no_more_queries_for_more_people(
    owner, make_sign_up, noor, django_assert_max_num_queries
):
    for _number in range(5):
        make_sign_up("Kees", "Zwaluw")

    find(owner, "zwaluw")

    with django_assert_max_num_queries(20):
        find(owner, "zwaluw")


# --- Hand over -----------------------------------------------------------------------------------


def test_everything_about_a_person_is_in_the_archive(event, user):
    taken = factories.sign_up(
        event, factories.application(remarks="Vegetarisch", consents=(("Akkoord", True),))
    )
    upload = Upload(name="diploma.pdf", content_type="application/pdf", size=3)
    upload.file.save("uploads/a.pdf", ContentFile(b"pdf"))
    Answer.objects.create(sign_up=taken, key="k", question="Diploma?", upload=upload)
    paid = payments.record(taken, by=user)
    presence.record_days(paid, {event.first_day})
    certificate = certificates.issue(paid, by=user)
    SignUp.objects.filter(pk=paid.pk).update(office_note="Belt liever")
    contact_message(name="Noor", email=paid.email, message="Een vraag")

    data, files = everything(subjects.find_subject(paid.email, [paid.pk]))

    [mine] = data["sign_ups"]
    assert (mine["name"], mine["remarks"], mine["office_note"]) == (
        paid.full_name,
        "Vegetarisch",
        "Belt liever",
    )
    assert mine["consents"] == [{"text": "Akkoord", "given": "Ja"}]
    assert mine["answers"] == [{"question": "Diploma?", "answer": "diploma.pdf"}]
    assert mine["attendance"][0]["present"] == "Ja"
    assert [row["amount"] for row in mine["payments"]] == ["€\xa01.195,-"]
    assert len(mine["invoices"]) == 1
    assert [line["note"] for line in mine["history"]][-1] == "certificaat uitgegeven"
    assert len(data["mails"]) == OutgoingMail.objects.filter(to=paid.email).count()
    assert "Een vraag" in data["messages"][0]["text"]
    names = sorted(name for name in files if not name.startswith("bijlagen/"))
    number = paid.invoices.get().number
    assert names == [
        f"bestanden/{upload.pk}-diploma.pdf",
        f"certificaten/{certificate.code}.pdf",
        "data.json",
        f"facturen/{number}.pdf",
        "lees-mij.html",
    ]
    assert files[f"bestanden/{upload.pk}-diploma.pdf"] == b"pdf"
    assert files[f"facturen/{number}.pdf"].startswith(b"%PDF")
    assert "Belt liever" in files["lees-mij.html"].decode()


def everything_as_text(subject):
    """All text in the archive, without the PDF files, which are compressed."""
    _data, files = everything(subject)
    return "".join(
        content.decode() for name, content in files.items() if not name.endswith((".pdf", ".ics"))
    )


def test_nobody_else_is_in_the_archive(event, user):
    """Not a colleague before or after this person, and nobody with the same address or group."""
    taken = factories.sign_up(
        event, factories.application(last_name="Kanarie", email="kanarie@vogel.example")
    )
    payments.record(taken, by=user)
    people.substitute(taken, people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321"))
    taken.refresh_from_db()
    factories.sign_up(event, factories.application(first_name="Parkiet", email="sanne@example.nl"))
    message = RosterMessage.objects.create(
        roster=taken.roster, subject="Hoi {first_name}", body="<p>Dag {full_name}</p>"
    )
    message.states = ["confirmed", "awaiting_payment"]
    message.save()

    now = everything_as_text(subjects.find_subject("sanne@example.nl", [taken.pk]))
    before = everything_as_text(subjects.find_subject("kanarie@vogel.example", []))

    assert [word for word in ("Kanarie", "kanarie", "Parkiet") if word in now] == []
    assert [word for word in ("Sanne", "sanne", "Bos", "Parkiet") if word in before] == []
    assert "Sanne Bos" in now
    assert "Kanarie" in before


def test_the_archive_has_mails_to_a_former_address_and_none_to_the_buyer(event, user):
    factories.settings()
    taken = factories.sign_up(
        event, factories.application(buyer=factories.buyer(email="betaler@example.nl"))
    )
    payments.record(taken, by=user)
    people.change_contact(taken, email="nieuw@example.nl", phone=taken.phone)
    notices.mail_documents()

    data, _files = everything(subjects.find_subject("nieuw@example.nl", [taken.pk]))

    to = {mail["to"] for mail in data["mails"]}
    assert OutgoingMail.objects.filter(to="betaler@example.nl").exists()
    assert to == {
        "Noor van der Meer <noor@example.nl>",
        "Noor van der Meer <nieuw@example.nl>",
    }


def test_the_archive_is_in_the_language_of_the_person(event):
    taken = factories.sign_up(event, factories.somebody(), language="en")

    _data, files = everything(subjects.find_subject(taken.email, [taken.pk]))

    assert "This is all that we know about you." in files["read-me.html"].decode()


def test_the_archive_is_a_download_that_is_not_cached(owner, noor):
    response = owner.post(page_of(noor, "archive"), {"sign_up": [noor.pk]})

    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    assert "noor" not in response["Content-Disposition"].lower()
    assert zipfile.is_zipfile(io.BytesIO(b"".join(response.streaming_content)))
    response.close()


# --- Forget --------------------------------------------------------------------------------------


def test_the_question_says_what_is_removed_and_what_stays(owner, event, user):
    paid = payments.record(factories.sign_up(event), by=user)
    Roster.objects.update(last_day=timezone.localdate() - timedelta(days=1))

    shown = text_of(owner.post(page_of(paid, "forget"), {"sign_up": [paid.pk]}))

    year = timezone.localdate().year + 7
    assert paid.roster.code in shown
    assert f"Factuur {paid.invoices.get().number}" in shown
    assert f"31 december {year}" in shown
    assert SignUp.objects.get(pk=paid.pk).email == paid.email


def test_a_person_is_forgotten_after_confirmation(owner, noor):
    is_over(noor)

    owner.post(page_of(noor, "forget"), {"sign_up": [noor.pk], "confirmed": "1"})

    assert SignUp.objects.get(pk=noor.pk).email == ""
    assert RetentionRun.objects.get().by == owner.user
    assert finding.find_people("zwaluw") == ([], False)
    shown = text_of(owner.get(reverse("sign_ups:inspect", args=[noor.pk])))
    assert "gegevens verwijderd" in shown
    assert "Zwaluw" not in shown


def test_a_person_with_a_coming_course_is_not_forgotten(owner, noor):
    shown = text_of(owner.post(page_of(noor, "forget"), {"sign_up": [noor.pk], "confirmed": "1"}))

    assert "annuleer" in shown
    assert SignUp.objects.get(pk=noor.pk).email == noor.email


def test_only_what_was_ticked_is_forgotten(owner, make_sign_up, noor):
    other = make_sign_up("Kees", "Zwaluw", email=noor.email)
    stranger = make_sign_up("Jan")
    for sign_up in (noor, other, stranger):
        is_over(sign_up)
    ticked = [noor.pk, stranger.pk]  # ignored: the stranger has another address

    owner.post(page_of(noor, "forget"), {"sign_up": ticked, "confirmed": "1"})

    left = SignUp.objects.filter(forgotten_at=None).values_list("pk", flat=True)
    assert set(left) == {other.pk, stranger.pk}


# --- The terms -----------------------------------------------------------------------------------


def test_the_retention_terms_are_on_one_page(owner, noor, django_assert_max_num_queries):
    RetentionRun.objects.create(at=timezone.now(), counts={"details": 3})
    owner.get(reverse("retention:index"))

    with django_assert_max_num_queries(20):
        shown = text_of(owner.get(reverse("retention:index")))

    for rule in retention.rules():
        assert str(rule.what) in shown
    assert f"{retention._rules['details'].what}: 3" in shown


def test_the_start_page_says_what_is_removed_soon(owner, noor):
    is_over(noor)
    now = timezone.now()
    SignUp.objects.update(ended_at=now - timedelta(days=80))
    assert list(terms.staff_to_do(owner.user)) == []

    retention.remove_due(now)

    assert [(item.number, item.order) for item in terms.staff_to_do(owner.user)] == [(1, 900)]
    assert list(terms.staff_to_do(factories.user("niemand"))) == []


def test_the_start_page_warns_when_nothing_was_removed_for_days(owner):
    RetentionRun.objects.create(at=timezone.now() - timedelta(days=4))

    assert [(item.number, item.order) for item in terms.staff_to_do(owner.user)] == [
        (4, 300),
        (0, 900),
    ]
