import uuid

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from courses.domain import admission, cancellations, holds, payments, sign_ups
from courses.models import CourseEventPage, SignUp, Upload
from mail.models import OutgoingMail


def page_of(sign_up):
    return reverse("sign_ups:inspect", args=[sign_up.pk])


@pytest.fixture
def sign_up(make_sign_up, make_event):
    other = make_event(title="Cursus Vlieland")
    upload = Upload(name="bewijs.pdf", content_type="application/pdf", size=8)
    upload.file.save("uploads/abc.pdf", ContentFile(b"%PDF-1.4"))
    return make_sign_up(
        first_name="Noor",
        infix="van der",
        last_name="Meer-Öztürk",
        admission="exception",
        motivation="Ik werk al jaren <b>met lopers</b>.",
        remarks="Ik kom met de trein.",
        for_work=True,
        swap_wishes=(other.roster.pk,),
        buyer=sign_ups.Buyer(
            "Dorpsstraat 1", "1234 AB", "Dalfsen", organisation="De Loop", reference="INK-7"
        ),
        answers=(
            sign_ups.Given("dieet", "Heeft u een dieet?", "geen noten"),
            sign_ups.Given("bewijs", "Stuur een bewijs mee", "", upload.pk),
        ),
        consents=(("Ik ga akkoord met de voorwaarden.", True), ("De nieuwsbrief.", False)),
    )


def test_the_page_shows_everything_known(office, sign_up):
    response = office.get(page_of(sign_up))
    shown = response.text
    for fact in (
        "Noor van der Meer-Öztürk",
        "mailto:persoon1@example.nl",
        "tel:+31612345678",
        "Ik werk al jaren &lt;b&gt;met lopers&lt;/b&gt;.",
        "Ik kom met de trein.",
        "De Loop",
        "INK-7",
        "Dorpsstraat 1",
        "Heeft u een dieet?",
        "geen noten",
        "bewijs.pdf",
        "Ik ga akkoord met de voorwaarden.",
        "De nieuwsbrief.",
        "Cursus Vlieland",
        "€\N{NO-BREAK SPACE}1.195,-",
        "Cursusdagen",
        sign_up.roster.code,
    ):
        assert fact in shown
    assert "no-store" in response["Cache-Control"]


def test_the_page_shows_mails_and_history(office, sign_up):
    admission.admit(sign_up, by=office.user)
    shown = office.get(page_of(sign_up)).text
    for mail in OutgoingMail.objects.filter(object_id=sign_up.pk):
        assert mail.subject in shown
    assert "bureau" in shown
    assert "vanzelf" in shown


@pytest.mark.parametrize("state", SignUp.State.values)
def test_every_state_has_its_advice(office, make_sign_up, state):
    sign_up = make_sign_up(admission="exception")
    if state != "review":
        admission.admit(sign_up, by=None)
    if state == "confirmed":
        payments.record(sign_up, by=None)
    if state == "cancelled":
        cancellations.cancel(sign_up, by=None)
    if state == "expired":
        sign_up.refresh_from_db()
        holds.expire(now=sign_up.hold_until)
    sign_up.refresh_from_db()
    assert sign_up.state == state
    response = office.get(page_of(sign_up))
    assert response.context["advice"] in response.text
    offered = {verb.name for verb in response.context["verbs"]}
    assert (
        offered
        == {
            "review": {"accept", "decline", "cancel"},
            "awaiting_payment": {"record_payment", "allow_buyer", "cancel"},
            "confirmed": {"cancel"},
            "cancelled": set(),
            "expired": set(),
        }[state]
    )


def test_advice_after_the_hold_has_passed(office, make_sign_up):
    sign_up = make_sign_up()
    SignUp.objects.update(hold_until=timezone.now())
    assert "U kunt nu nog besluiten" in office.get(page_of(sign_up)).text


def test_the_page_works_after_the_page_of_the_date_was_deleted(office, sign_up, event):
    # Only from a shell: the CMS refuses it.
    CourseEventPage.objects.filter(pk=event.page.pk).update(translation_key=uuid.uuid4())
    response = office.get(page_of(sign_up))
    assert response.status_code == 200
    assert sign_up.roster.code in response.text


VERBS = [
    ("accept", "review", "awaiting_payment"),
    ("decline", "review", "cancelled"),
    ("record_payment", "awaiting_payment", "confirmed"),
    ("cancel", "review", "cancelled"),
    ("cancel", "awaiting_payment", "cancelled"),
]


@pytest.mark.parametrize(("verb", "before", "after"), VERBS)
def test_a_verb_asks_first_and_then_acts(office, make_sign_up, verb, before, after):
    sign_up = make_sign_up(admission="exception" if before == "review" else "hbo")
    address = reverse(f"sign_ups:{verb}", args=[sign_up.pk])
    question = office.get(address)
    assert question.status_code == 200
    for consequence in question.context["consequences"]:
        assert str(consequence) in question.text.replace("&#x27;", "'")
    sign_up.refresh_from_db()
    assert sign_up.state == before
    response = office.post(address, follow=True)
    assert response.redirect_chain == [(page_of(sign_up), 302)]
    sign_up.refresh_from_db()
    assert sign_up.state == after
    assert sign_up.changes.last().by == office.user


def test_bookkeepers_can_only_record_payments(make_client, make_sign_up):
    client, sign_up = make_client("Geld"), make_sign_up()
    page = client.get(page_of(sign_up))
    found = [verb.name for verbs in page.context["can_do"].values() for verb in verbs]
    assert found == ["record_payment"]
    assert page.context["advice"]
    client.post(reverse("sign_ups:record_payment", args=[sign_up.pk]))
    sign_up.refresh_from_db()
    assert (sign_up.state, sign_up.changes.last().by) == ("confirmed", client.user)


@pytest.mark.parametrize("verb", ["accept", "decline", "record_payment", "cancel"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_verb_that_is_not_possible_any_more_changes_nothing(office, make_sign_up, verb, method):
    sign_up = make_sign_up()
    cancellations.cancel(sign_up, by=None)
    address = reverse(f"sign_ups:{verb}", args=[sign_up.pk])
    response = getattr(office, method)(address, follow=True)
    assert "Er is niets gewijzigd" in response.text
    assert sign_up.changes.count() == 2


def test_a_verb_on_an_unknown_sign_up_is_not_found(office, course):
    assert office.post(reverse("sign_ups:cancel", args=[99999])).status_code == 404


def test_a_file_is_served_as_a_safe_attachment(office, sign_up):
    upload = Upload.objects.get()
    response = office.get(reverse("sign_ups:file", args=[upload.token]))
    assert b"".join(response.streaming_content) == b"%PDF-1.4"
    assert response["Content-Disposition"] == 'attachment; filename="bewijs.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_a_file_without_an_answer_is_not_found(office, course):
    upload = Upload(name="los.pdf", content_type="application/pdf", size=8)
    upload.file.save("uploads/los.pdf", ContentFile(b"%PDF-1.4"))
    assert office.get(reverse("sign_ups:file", args=[upload.token])).status_code == 404


def test_a_file_that_was_removed_is_not_found(office, sign_up):
    upload = Upload.objects.get()
    upload.file.storage.delete(upload.file.name)
    assert office.get(reverse("sign_ups:file", args=[upload.token])).status_code == 404
