"""Mails held back after a backup was put back: nothing sends them but a decision of staff."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from core import to_do
from core.backups.restoring import steps
from mail.models import OutgoingMail
from mail.sending import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(write, site_tree):
    mails = [write(), write(to="els@example.org")]
    write(to="pim@example.org")
    OutgoingMail.objects.filter(to="pim@example.org").update(state="sent")
    run_step("mails")
    return mails


@pytest.fixture
def office(client, parked):
    user = get_user_model().objects.create_user("bureau", "bureau@example.nl")
    user.groups.add(Group.objects.get(name="Bureau"))
    client.force_login(user)
    return client


def run_step(name):
    (found,) = [step for step in steps() if step.name == name]
    return list(found.run(timezone.now()))


def states():
    return dict(OutgoingMail.objects.values_list("to", "state"))


def test_what_waited_is_held_back_and_not_sent(post, parked):
    assert send_due() == 0
    assert states() == {
        "noor@example.org": "parked",
        "els@example.org": "parked",
        "pim@example.org": "sent",
    }


def test_what_was_under_way_too(post, write, site_tree):
    write()
    OutgoingMail.objects.update(state="sending", leased_until=timezone.now())
    run_step("mails")
    assert (send_due(), states()) == (0, {"noor@example.org": "parked"})


def test_a_link_to_log_in_is_dropped(post, site_tree, settings):
    settings.EMAIL_BACKEND = "mail.backends.OutboxBackend"
    from django.core.mail import send_mail

    send_mail("Wachtwoord", "https://example.nl/key/x/", None, ["a@example.nl"])
    run_step("mails")
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.body_text, send_due()) == ("failed", "", 0)


def test_staff_find_them_on_the_start_page(office, parked):
    user = get_user_model().objects.get(username="bureau")
    lines = {line.url: line.number for line in to_do.for_user(user)}
    assert lines["/admin/outbox/?state=parked"] == 2


def test_staff_release_one(post, office, parked):
    mail, _other = parked
    url = f"/admin/outbox/held-back/release/{mail.pk}/"
    assert url in office.get(f"/admin/outbox/inspect/{mail.pk}/").text
    assert "Ja, versturen" in office.get(url).text
    assert states()["noor@example.org"] == "parked"
    office.post(url)

    assert (send_due(), states()["noor@example.org"]) == (1, "sent")
    assert states()["els@example.org"] == "parked"
    assert office.post(url).status_code == 404
    assert str(post.messages[0]["To"]) == "noor@example.org"


def test_staff_say_that_all_were_sent_before(post, office, parked):
    url = "/admin/outbox/held-back/settle/"
    assert url in office.get("/admin/outbox/").text
    office.post(url)

    assert (send_due(), set(states().values())) == (0, {"sent"})
    assert url not in office.get("/admin/outbox/").text


def test_whoever_may_only_read_decides_nothing(client, parked):
    user = get_user_model().objects.create_user("lezer")
    for codename in ("view_outgoingmail", "access_admin"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(user)
    client.post("/admin/outbox/held-back/release/")

    assert states()["noor@example.org"] == "parked"
    assert "held-back" not in client.get("/admin/outbox/").text


def test_an_unknown_decision_is_not_found(office, parked):
    assert office.post("/admin/outbox/held-back/burn/").status_code == 404
