import pytest

from courses.domain import certificates, payments, presence
from courses.views import certificates as views
from tests import factories

pytestmark = pytest.mark.anywhere


@pytest.fixture
def certificate(event, office):
    sign_up = payments.record(factories.sign_up(event), by=office)
    presence.record_days(sign_up, presence.expected_days(sign_up))
    return certificates.issue(sign_up)


def test_a_certificate_shows_who_attended_and_no_other_data(client, certificate):
    answer = client.get(f"/certificaat/{certificate.code}/")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Dit certificaat is echt" in text
    assert certificate.facts["name"] in text
    assert certificate.sign_up.email not in text
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]


def test_the_form_redirects_to_the_address_of_the_certificate(client, certificate):
    answer = client.get("/en/certificate/", {"code": certificate.code.lower()})

    assert (answer.status_code, answer["Location"]) == (302, f"/en/certificate/{certificate.code}/")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/certificaat/", 200, "Certificaat controleren"),
        ("/certificaat/?code=", 422, "Vul de code van het certificaat in"),
        ("/certificaat/?code=RT-0000-0000", 422, "Er is geen certificaat met deze code"),
        ("/certificaat/RT-ZZZZ-ZZZZ/", 404, "Er is geen certificaat met deze code"),
        ("/en/certificate/RT-ZZZZ-ZZZZ/", 404, "There is no certificate with this code"),
    ],
)
def test_an_empty_or_unknown_code_gets_a_message(client, certificate, path, status, text):
    answer = client.get(path)

    assert (answer.status_code, text in answer.content.decode()) == (status, True)


def test_looking_up_codes_has_a_limit(client, certificate, monkeypatch):
    monkeypatch.setattr(views, "LOOKS_PER_ADDRESS", "0/10m/ip")

    assert client.get(f"/certificaat/{certificate.code}/").status_code == 404
