import pytest

from courses.forms.email_hints import WELL_KNOWN, suggestion
from courses.models import SignUp
from tests import visitors

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.nl", "gmail.com"),
        ("GMAIL.CO", "gmail.com"),
        ("hotmal.con", "hotmail.com"),
        ("hormail.nl", "hotmail.nl"),
        ("outlok.com", "outlook.com"),
        ("zigo.nl", "ziggo.nl"),
        ("live.nk", "live.nl"),
        ("iclod.com", "icloud.com"),
        ("kpnmial.nl", "kpnmail.nl"),
    ],
)
def test_a_typing_error_in_a_domain_gets_a_suggestion(typed, meant):
    assert suggestion(f"Noor.Meer@{typed}") == f"Noor.Meer@{meant}"


@pytest.mark.parametrize(
    "right",
    [
        *WELL_KNOWN,
        *("mail.nl", "mail.com", "ymail.com", "hotmail.fr", "hotmail.be", "outlook.de", "live.be"),
        *("yahoo.co.uk", "life.nl", "love.nl", "dome.nl", "we.com", "praktijkmeer.nl", "vu.nl"),
    ],
)
def test_a_plausible_domain_gets_no_suggestion(right):
    assert suggestion(f"noor@{right}") is None


@pytest.mark.parametrize("email", ["", "noor", "@", "noor@", "gmial.com", "noor@" + "x" * 300])
def test_a_text_that_is_no_address_gets_no_suggestion(email):
    assert suggestion(email) is None


@pytest.mark.parametrize(
    ("email", "asked"),
    [("noor@gmial.com", ["noor@gmail.com"]), ("noor@gmail.com", [])],
)
def test_the_check_page_shows_the_suggestion_and_can_be_confirmed(
    loaded_site, client, email, asked
):
    url = visitors.form_url()
    checked = visitors.send(client, url, visitors.filled_in(email=email))

    assert [mark.get_text() for mark in visitors.soup(checked).select(".callout strong")] == asked
    fields = visitors.fields_of(visitors.last_form(checked))
    assert visitors.send(client, url, fields, "confirm").status_code == 302
    assert SignUp.objects.get().email == email
