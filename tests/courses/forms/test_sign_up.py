"""The sign-up form: what it accepts, what it refuses with which message, and what it keeps."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from courses.domain.sign_ups import Buyer
from courses.models import SignUp
from tests import visitors
from tests.courses.forms.filling import data_of, form

pytestmark = pytest.mark.anywhere


REQUIRED = {
    "first_name": "Enter your first name",
    "last_name": "Enter your last name",
    "email": "Enter your e-mail address",
    "phone": "Enter your telephone number",
    "admission": "Choose which education you have",
    "buyer": "Choose in whose name the invoice is",
    "street": "Enter the street and number for the invoice",
    "postcode": "Enter the postcode for the invoice",
    "city": "Enter the town for the invoice",
}


LONGEST = {
    "first_name": 200,
    "infix": 40,
    "last_name": 200,
    "email": 254,
    "phone": 40,
    "motivation": 5000,
    "organisation": 200,
    "reference": 80,
    "street": 160,
    "postcode": 12,
    "city": 100,
    "invoice_email": 254,
    "remarks": 2000,
}


NAMES = [
    ("Jan", "", "'t Hooft"),
    ("Ayşe", "van der", "Meer-Öztürk"),
    ("Minh", "", "Nguyễn"),
    ("Łukasz", "", "Żółć"),
    ("李", "", "小龍"),
    ("محمد", "", "عبد الله"),
    ("J", "d'", "B"),
    ("A" * 200, "", "B" * 200),
    ("Andre\u0301", "", "Andr\u00e9"),
    ("O’Neil", "", "McDonald"),
    ("=A1+1", "", "+SUM(A1)"),
    ("Robert'); DROP TABLE", "", "<script>alert(1)</script>"),
    ("{first_name}", "{{ price }}", "{% now %}"),
]


def test_a_form_that_is_filled_in_is_valid(loaded_site):
    assert form(visitors.filled_in()).errors == {}


def test_the_alumni_form_has_no_section_for_the_invoice(loaded_site):
    alumni = form(visitors.filled_in_by_alumnus(), kind=SignUp.Kind.ALUMNI)

    assert alumni.errors == {}
    assert [section.name for section in alumni.sections] == [
        "person",
        "admission",
        "questions",
        "wishes",
        "consents",
    ]


def test_an_alumnus_without_code_certificate_or_statement_is_asked_for_one(loaded_site):
    nothing = visitors.filled_in_by_alumnus(q_verklaring="")
    alumni = form(nothing, kind=SignUp.Kind.ALUMNI)

    assert alumni.errors == {
        "q_certificaat": [
            "Show that you took the course: fill in the code, send your certificate along, or tick"
            " that you do not have it any more"
        ]
    }


def test_a_form_of_staff_that_has_no_statement_asks_for_no_proof(loaded_site):
    visitors.form_page(SignUp.Kind.ALUMNI).questions.filter(clean_name="verklaring").delete()
    nothing = visitors.filled_in_by_alumnus(q_verklaring="")

    assert form(nothing, kind=SignUp.Kind.ALUMNI).errors == {}


@pytest.mark.parametrize("code", ["RT-ZZZZ-ZZZZ", "xx", "\u0627"])
def test_an_unknown_certificate_code_is_refused(loaded_site, code):
    alumni = form(
        visitors.filled_in_by_alumnus() | {"certificate_code": code}, kind=SignUp.Kind.ALUMNI
    )

    codes = {name: [e.code for e in errors] for name, errors in alumni.errors.as_data().items()}
    assert codes == {"certificate_code": ["certificate"]}


def test_the_sections_have_a_fixed_order(loaded_site):
    assert [section.name for section in form().sections] == [
        "person",
        "admission",
        "questions",
        "invoice",
        "wishes",
        "consents",
    ]


def test_every_field_is_in_one_section_or_hidden(loaded_site):
    sign_up = form()
    in_sections = [name for section in sign_up.sections for name in section.fields]

    assert sorted(in_sections) == sorted(
        sign_up.fields.keys() - {"leave_empty", "shown_at", "idempotency_key"}
    )


@pytest.mark.parametrize(("name", "message"), REQUIRED.items())
@pytest.mark.parametrize("empty", ["", "   ", None])
def test_an_empty_required_field_names_what_to_fill_in(loaded_site, name, message, empty):
    values = visitors.filled_in(**{name: empty})
    if empty is None or name in ("admission", "buyer"):
        del values[name]

    assert form(values).errors == {name: [message]}


@pytest.mark.parametrize(("name", "longest"), LONGEST.items())
def test_a_value_that_is_too_long_is_refused_with_its_limit(loaded_site, name, longest):
    text = "x" * (longest + 1)
    if "email" in name:
        text = f"{'x' * longest}@example.nl"
    values = visitors.filled_in(**{name: text})

    assert form(values).errors == {
        name: [f"This is too long: use at most {longest} characters"],
    }


@pytest.mark.parametrize(
    "typed", ["lotte", "lotte@", "@example.nl", "a b@example.nl", "lotte@voorbeeld", "a@b@c.nl"]
)
@pytest.mark.parametrize("name", ["email", "invoice_email"])
def test_an_invalid_email_address_is_refused(loaded_site, name, typed):
    values = visitors.filled_in(**{name: typed})

    assert form(values).errors == {name: ["Enter an e-mail address like name@example.nl"]}


@pytest.mark.parametrize(
    "typed",
    ["06 12345678", "06-12 34 56 78", "0612345678", "+31 (0)6 12345678", "+32 470 12 34 56"],
)
def test_a_telephone_number_is_accepted_in_any_notation(loaded_site, typed):
    sign_up = form(visitors.filled_in(phone=typed))

    assert sign_up.errors == {}
    assert sign_up.cleaned_data["phone"] == typed


@pytest.mark.parametrize("typed", ["bel mij", "12", "06 1234567890123", "+999999"])
def test_an_impossible_telephone_number_is_refused(loaded_site, typed):
    assert list(form(visitors.filled_in(phone=typed)).errors) == ["phone"]


@pytest.mark.parametrize("typed", ["1234ab", "1234 AB", "1234-ab", "1234.AB", " 1234AB "])
def test_a_dutch_postcode_is_normalised(loaded_site, typed):
    sign_up = form(visitors.filled_in(postcode=typed))

    assert sign_up.is_valid()
    assert sign_up.cleaned_data["postcode"] == "1234 AB"


@pytest.mark.parametrize(
    ("country", "typed", "written"),
    [
        ("BE", "B-9000", "9000"),
        ("BE", " 9000 ", "9000"),
        ("DE", "D-48529", "48529"),
        ("DE", "48529", "48529"),
        ("GB", "SW1A 1AA", "SW1A 1AA"),
        ("CH", "8001", "8001"),
    ],
)
def test_a_postcode_is_written_as_in_its_country(loaded_site, country, typed, written):
    sign_up = form(visitors.filled_in(postcode=typed, country=country))

    assert sign_up.is_valid()
    assert sign_up.cleaned_data["postcode"] == written
    assert sign_up.application().buyer.country == country


@pytest.mark.parametrize(
    ("country", "typed", "example"),
    [("", "9000", "1234 AB"), ("NL", "0123 AB", "1234 AB"), ("BE", "1234 AB", "9000")],
)
def test_a_postcode_of_another_country_is_refused_with_the_way_out(
    loaded_site, country, typed, example
):
    sign_up = form(visitors.filled_in(postcode=typed, country=country))

    assert sign_up.errors == {
        "postcode": [
            f"Enter a postcode like {example}, or choose another country if the address is there"
        ]
    }


def test_an_exception_needs_a_motivation(loaded_site):
    refused = form(visitors.filled_in(admission="exception"))

    assert refused.errors == {"motivation": ["Write a short motivation for the course leaders"]}
    assert form(visitors.filled_in(admission="exception", motivation="Ik werk als …")).is_valid()


def test_an_invoice_for_work_needs_an_organisation(loaded_site):
    refused = form(visitors.filled_in(buyer="work"))

    assert refused.errors == {"organisation": ["Enter the name of the organisation"]}
    assert form(visitors.filled_in(buyer="work", organisation="GGZ Oost")).is_valid()


@pytest.mark.parametrize(("name", "value"), [("admission", "none"), ("buyer", "0")])
def test_a_choice_that_is_not_offered_is_refused(loaded_site, name, value):
    assert list(form(visitors.filled_in(**{name: value})).errors) == [name]


def test_a_preference_that_is_no_longer_offered_is_dropped(loaded_site):
    other = visitors.coming_events()[1]
    wishes = [str(other.roster.pk), "999999", "none"]
    sign_up = form(visitors.filled_in(swap_wishes=wishes), wishes=[other])

    assert sign_up.is_valid()
    assert sign_up.application().swap_wishes == (other.roster.pk,)


def test_a_required_consent_must_be_ticked(loaded_site):
    values = visitors.filled_in()
    del values["consent_0"]

    assert form(values).errors == {
        "consent_0": ["Tick the box to agree: Ik ga akkoord met de voorwaarden."]
    }


def begins_in(monkeypatch, days):
    """As if the coming dates began so many days from now."""
    first = visitors.coming_event().first_day
    monkeypatch.setattr(
        timezone, "localdate", lambda *_args, **_kwargs: first - timedelta(days=days)
    )


@pytest.mark.parametrize(
    ("days", "lines"), [(15, ["consent_0"]), (14, ["consent_0"]), (13, ["consent_0", "consent_1"])]
)
def test_the_end_of_the_time_to_think_is_asked_only_where_the_course_begins_soon(
    loaded_site, monkeypatch, days, lines
):
    begins_in(monkeypatch, days)
    assert form().consent_names == lines


def test_an_optional_consent_is_kept_as_it_was_given(loaded_site, monkeypatch):
    begins_in(monkeypatch, 10)
    without = form(visitors.filled_in())
    ticked = form(visitors.filled_in(consent_1="on"))
    assert without.is_valid()
    assert ticked.is_valid()

    assert [given for _text, given in without.application().consents] == [True, False]
    assert [given for _text, given in ticked.application().consents] == [True, True]


@pytest.mark.parametrize(("first", "infix", "last"), NAMES)
def test_a_name_is_kept_as_it_was_typed(loaded_site, first, infix, last):
    sign_up = form(visitors.filled_in(first_name=first, infix=infix, last_name=last))

    assert sign_up.errors == {}
    application = sign_up.application()
    assert (application.first_name, application.infix, application.last_name) == (
        first,
        infix,
        last,
    )


def test_a_filled_in_honeypot_is_refused(loaded_site):
    caught = form(visitors.filled_in(leave_empty="https://spam.example"))

    assert list(caught.errors) == ["__all__"]


@pytest.mark.parametrize(
    "stamp",
    [
        lambda: visitors.form_stamp(0),
        lambda: visitors.form_stamp(60)[:-1],
        lambda: "",
        lambda: "made up",
        lambda: "\ud800",
    ],
    ids=["just now", "cut off", "empty", "made up", "surrogate"],
)
def test_a_form_sent_too_fast_or_with_a_forged_time_is_refused(loaded_site, stamp):
    caught = form(visitors.filled_in(shown_at=stamp()))

    assert caught.errors == {
        "__all__": ["That went very fast. Check what you filled in and send the form once more."]
    }


def test_a_form_may_stay_open_for_a_day(loaded_site):
    assert form(visitors.filled_in(shown_at=visitors.form_stamp(24 * 3600))).is_valid()


def test_the_data_of_the_buyer_is_kept_apart(loaded_site):
    sign_up = form(
        visitors.filled_in(
            buyer="work", organisation="GGZ Oost", reference="KP 12", invoice_email="ap@ggz.example"
        )
    )
    assert sign_up.is_valid()

    assert sign_up.application().buyer == Buyer(
        street="Dorpsstraat 1",
        postcode="1234 AB",
        city="Dalfsen",
        organisation="GGZ Oost",
        reference="KP 12",
        email="ap@ggz.example",
    )


def test_a_private_buyer_has_no_organisation(loaded_site):
    sign_up = form(visitors.filled_in(organisation="GGZ Oost", reference="KP 12"))
    assert sign_up.is_valid()

    buyer = sign_up.application().buyer
    assert (buyer.organisation, buyer.reference) == ("", "")


def test_preferred_dates_are_kept_in_the_application(loaded_site):
    _this, *others = visitors.coming_events()
    wish = others[0].roster.pk
    sign_up = form(visitors.filled_in(swap_wishes=[str(wish)]), wishes=others)
    assert sign_up.is_valid()

    assert sign_up.application().swap_wishes == (wish,)


def test_the_check_page_carries_every_value(loaded_site):
    _this, *others = visitors.coming_events()
    wishes = [str(event.roster.pk) for event in others]
    values = visitors.filled_in(swap_wishes=wishes, remarks="een\r\ntwee", q_lunch="Vegetarisch")
    checked = form(values, wishes=others)
    assert checked.is_valid()

    again = QueryDict(mutable=True)
    for name, value in checked.carried:
        again.appendlist(name, value)

    assert again == data_of(values)


def test_the_check_page_shows_the_values_in_words(loaded_site):
    _this, *others = visitors.coming_events()
    checked = form(
        visitors.filled_in(swap_wishes=[str(others[0].roster.pk)], q_lunch="Vegetarisch"),
        wishes=others,
    )
    assert checked.is_valid()
    rows = {str(label): value for _section, pairs in checked.check_rows for label, value in pairs}

    assert rows["First name"] == "Lotte"
    assert rows["Postcode"] == "1234 AB"
    assert rows["Your education"] == "I completed a course of HBO or university level"
    assert rows["Wat wilt u bij de lunch?"] == "Vegetarisch"
    assert others[0].days_in_words in rows["Would you rather attend another date?"]


def test_two_forms_never_have_the_same_key(loaded_site):
    first, second = form(), form()

    assert first["idempotency_key"].value() != second["idempotency_key"].value()


def test_an_invalid_idempotency_key_is_refused(loaded_site):
    assert list(form(visitors.filled_in(idempotency_key="none")).errors) == ["idempotency_key"]
