import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import translation

from courses.domain import date_alerts
from courses.models import DateAlert
from courses.reading import links
from mail.models import OutgoingMail
from tests import visitors

pytestmark = pytest.mark.anywhere

NOOR = "noor@example.nl"


def url(name="date_alerts", *args, language="nl"):
    with translation.override(language):
        return reverse(name, args=args)


def own_url(alert):
    return links.date_alert_url(alert).removeprefix("http://testserver")


def asked(email=NOOR, town=""):
    date_alerts.ask(email, town, "nl")
    return DateAlert.objects.get(email=email, town=town)


def filled_in(client, **values):
    return visitors.fields_of(visitors.last_form(client.get(url()))) | {
        "shown_at": visitors.form_stamp(60),
        "email": NOOR,
        **values,
    }


def main(response):
    return BeautifulSoup(response.content, "html.parser").main.get_text(" ", strip=True)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_asking_for_it_writes_a_mail_and_says_the_same_to_everybody(event, client, language):
    answers = []
    for _n in range(2):  # the second time the address is known
        values = filled_in(client, town="Dalfsen")
        response = client.post(url(language=language), values, follow=True)
        answers.append((response.status_code, main(response)))
        date_alerts.confirm(DateAlert.objects.get())

    assert answers[0] == answers[1]
    alert = DateAlert.objects.get()
    assert (alert.email, alert.town, alert.language) == (NOOR, "Dalfsen", language)
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == [NOOR]


@pytest.mark.parametrize("changes", [{"email": ""}, {"email": "noor"}, {"town": "Atlantis"}])
def test_what_is_not_right_is_explained_and_nothing_is_written(event, client, changes):
    response = client.post(url(), filled_in(client, **changes))

    assert response.status_code == 422
    links_to = [link for link, _text in visitors.summary_links(response)]
    assert links_to == [f"#id_{name}" for name in changes]
    assert DateAlert.objects.count() == 0


def test_opening_the_link_changes_nothing(event, client):
    alert = asked()
    for _n in range(2):
        response = client.get(own_url(alert))

    alert.refresh_from_db()
    assert alert.confirmed_at is None
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_one_button_confirms(event, client):
    alert, other = asked(), asked("an@example.nl")
    response = client.post(own_url(alert), {"do": "confirm"}, follow=True)

    alert.refresh_from_db()
    other.refresh_from_db()
    assert (alert.confirmed_at is None, other.confirmed_at) == (False, None)
    assert "U hoort van ons zodra er een nieuwe datum is" in main(response)


def test_one_button_stops_and_removes_the_address(event, client):
    alert, other = asked(), asked("an@example.nl")
    response = client.post(own_url(alert), {"do": "stop"}, follow=True)

    assert response.status_code == 200
    assert "Uw adres is verwijderd." in main(response)
    assert list(DateAlert.objects.all()) == [other]


def test_a_link_that_is_not_known_says_what_every_dead_link_says(event, client):
    response = client.get(url("date_alert", "x" * 43))

    assert response.status_code == 404
    assert "Deze link werkt niet (meer)" in main(response)


def test_asking_has_a_limit(event, client):
    statuses = [
        client.post(url(), filled_in(client, email=f"a{number}@example.nl")).status_code
        for number in range(12)
    ]

    assert statuses == [302] * 10 + [429] * 2
    assert DateAlert.objects.count() == 10
