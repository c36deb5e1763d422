"""Signing up, from the list of dates to the status page, as a visitor meets it."""

import datetime
from urllib.parse import urlencode

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.middleware import PERMISSIONS_POLICY
from courses.domain import cancellations, holds, lost_links
from courses.models import CourseEventPage, CourseIndexPage, Roster, SignUp, SignUpQuestion
from courses.reading import links
from courses.views import sign_up as views
from mail.models import OutgoingMail
from tests import factories, visitors

REQUIRED_FIELDS = ("first_name", "last_name", "email", "phone")
STRANGE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 1_000_000,
    "9" * 400,
    "-1",
    "{{ 7 }}",
    "%s%n%x",
    "' OR 1=1 --",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\u202e\u2066\ufeff",
    "\r\nBcc: all@example.nl",
]
NAMES = [
    ("Jan", "", "'t Hooft"),
    ("Ayşe", "van der", "Meer-Öztürk"),
    ("Minh", "", "Nguyễn"),
    ("Łukasz", "", "Żółć"),
    ("李", "", "小龍"),
    ("محمد", "", "عبد الله"),
    ("J", "", "B"),
    ("A" * 200, "", "B" * 200),
    ("Andre\u0301", "", "André"),
    ("{first_name}", "", "{{ price }}"),
    ("Tom & Jerry", "", "<b>O'Neil</b>"),
]


def roster():
    return visitors.coming_event().roster


def set_roster(**values):
    Roster.objects.filter(pk=roster().pk).update(**values)


def fill_up():
    """Take every seat of the first coming date."""
    set_roster(capacity=1)
    status = visitors.status_path(Client(), email="eerste@example.nl")
    assert status
    return visitors.coming_event()


def text(response):
    html = BeautifulSoup(response.content, "html.parser")
    return " ".join(html.main.get_text(" ").split())


def title(response):
    return BeautifulSoup(response.content, "html.parser").title.get_text(strip=True)


def shown_dates(response):
    html = BeautifulSoup(response.content, "html.parser")
    codes = {event.url: event.code for event in visitors.coming_events()}
    return [codes[link["href"]] for link in html.select("main a[href]") if link["href"] in codes]


# --- The list of dates and its filters ---


def index_url():
    return CourseIndexPage.objects.get(locale__language_code="nl").url


def test_the_index_lists_coming_dates_soonest_first(loaded_site, client):
    expected = [event.code for event in visitors.coming_events()]

    assert list(dict.fromkeys(shown_dates(client.get(index_url())))) == expected


@pytest.mark.parametrize("field", ["cursus", "plaats", "maand"])
def test_the_index_can_be_filtered(loaded_site, client, field):
    events = visitors.coming_events()
    value = {
        "cursus": events[0].course.slug,
        "plaats": events[0].places[0],
        "maand": f"{events[0].first_day:%Y-%m}",
    }[field]
    fits = {
        "cursus": lambda event: event.course.slug == value,
        "plaats": lambda event: value in event.places,
        "maand": lambda event: f"{event.first_day:%Y-%m}" == value,
    }[field]

    response = client.get(index_url(), {field: value})

    assert list(dict.fromkeys(shown_dates(response))) == [e.code for e in events if fits(e)]


def test_a_filter_without_results_links_back_to_all_dates(loaded_site, client):
    response = client.get(index_url(), {"plaats": "Atlantis"})

    assert response.status_code == 200
    assert shown_dates(response) == []
    assert f'href="{index_url()}"' in BeautifulSoup(response.content, "html.parser").main.decode()


def test_past_dates_keep_their_page_and_are_in_the_archive(loaded_site, client):
    index = CourseIndexPage.objects.get(locale__language_code="nl")
    past = CourseEventPage.objects.filter(first_day__year=2019)

    archive = client.get(index.url + index.reverse_subpage("archive")).content.decode()

    assert [page.code for page in past if page.url not in archive] == []
    assert {page.code: client.get(page.url).status_code for page in past} == {
        "RT21032019": 200,
        "RT16052019": 200,
        "RT12092019": 200,
    }


# --- From the form to the status page ---


def test_a_sign_up_goes_from_form_to_check_to_status_page(loaded_site, client):
    url = visitors.form_url()
    opened = client.get(url)
    checked = visitors.send(client, url, visitors.filled_in())
    assert SignUp.objects.count() == 0

    confirmed = visitors.send(
        client, url, visitors.fields_of(visitors.last_form(checked)), "confirm"
    )
    to_the_bank = client.get(confirmed["Location"])
    signed_up = SignUp.objects.get()
    status = client.get(links.status_path(signed_up))

    answers = (opened, checked, confirmed, to_the_bank, status)
    assert [answer.status_code for answer in answers] == [200, 200, 302, 200, 200]
    assert signed_up.payments.get().checkout_url in to_the_bank.text
    assert signed_up.state == SignUp.State.AWAITING_PAYMENT
    assert signed_up.full_name == "Lotte van der Meer"
    assert "Lotte van der Meer" in text(status)
    assert signed_up.claims.count() == len(visitors.coming_event().parts)


def test_a_form_can_be_sent_with_the_fields_it_was_shown_with(loaded_site, client):
    """The page has every hidden field that the form needs."""
    url = visitors.form_url()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = visitors.fields_of(visitors.last_form(client.get(url)))
        clock.shift(60)
        values = {k: v for k, v in visitors.filled_in().items() if k not in fields}
        values |= {name: fields[name] for name in fields} | visitors.PERSON
        values |= {name: visitors.INVOICE[name] for name in ("street", "postcode", "city")}
        checked = visitors.send(client, url, values)

    assert checked.status_code == 200, visitors.error_texts(checked)


def test_going_back_from_the_check_page_keeps_everything(loaded_site, client):
    url = visitors.form_url()
    values = visitors.filled_in(remarks="Tot dan!", q_lunch="Vegetarisch")
    checked = visitors.send(client, url, values)

    edited = visitors.send(client, url, visitors.fields_of(visitors.last_form(checked)), "edit")

    fields = visitors.fields_of(visitors.last_form(edited))
    assert edited.status_code == 200
    assert visitors.summary_links(edited) == []
    assert {name: fields[name] for name in values if values[name]} == {
        name: [value] for name, value in values.items() if value
    }


def test_the_last_button_says_that_payment_follows(loaded_site, client):
    checked = visitors.send(client, visitors.form_url(), visitors.filled_in())

    buttons = visitors.soup(checked).select("button[name=step][value=confirm]")
    assert [button.get_text(strip=True) for button in buttons] == ["Inschrijven en betalen"]


def test_the_last_button_of_a_free_course_does_not_mention_payment(loaded_site, client):
    url = visitors.form_url(SignUp.Kind.ALUMNI)
    checked = visitors.send(client, url, visitors.filled_in_by_alumnus())

    [button] = visitors.soup(checked).select("button[name=step][value=confirm]")
    assert "betal" not in button.get_text().lower()


def test_an_exception_waits_for_the_office_before_paying(loaded_site, client):
    visitors.sign_up(client, admission="exception", motivation="Twintig jaar hardlooptrainer.")

    assert SignUp.objects.get().state == SignUp.State.REVIEW


def test_participant_and_office_both_get_a_mail(loaded_site, client):
    path = visitors.status_path(client)

    mails = {mail.kind: mail for mail in OutgoingMail.objects.all()}
    assert sorted(mails) == ["office_sign_up", "received"]
    assert mails["received"].to == "lotte@example.nl"
    assert f"http://testserver{path}" in mails["received"].body_text
    assert mails["office_sign_up"].reply_to == "lotte@example.nl"


@pytest.mark.parametrize("times", [2, 5])
def test_pressing_the_last_button_again_changes_nothing(loaded_site, client, times):
    url = visitors.form_url()
    values = visitors.filled_in()

    places = {visitors.send(client, url, values, "confirm")["Location"] for _ in range(times)}

    assert len(places) == 1
    assert SignUp.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="received").count() == 1


@pytest.mark.parametrize(
    "changes", [{}, {"phone": "06 87654321"}, {"first_name": " LOTTE "}, {"remarks": "Nog eens"}]
)
def test_another_form_with_a_known_name_and_address_gets_a_neutral_answer(
    loaded_site, client, changes
):
    """It may be a second tab, or a stranger: only the mail says that there is a sign-up."""
    visitors.sign_up(client)
    earlier = timezone.now() - lost_links.SECOND_TAB - datetime.timedelta(seconds=1)
    SignUp.objects.update(created_at=earlier)
    taken = SignUp.objects.get()

    again = visitors.sign_up(Client(), **changes)

    assert again.status_code == 200
    assert links.token(taken) not in again.text
    assert "Kijk in uw mail" in text(again)
    assert "al ingeschreven" not in text(again).lower()
    mail = OutgoingMail.objects.get(kind="signed_up_already")
    now = SignUp.objects.get()
    assert (mail.to, links.status_url(now) in mail.body_text) == ("lotte@example.nl", True)
    assert client.get(links.status_path(taken)).status_code == 404  # perhaps it is a stranger's
    assert SignUp.objects.get().phone == "06 12345678"


def test_a_person_who_is_known_is_mailed_once_an_hour(loaded_site, client):
    visitors.sign_up(client)

    for _try in range(3):
        visitors.sign_up(Client())

    assert OutgoingMail.objects.filter(kind="signed_up_already").count() == 1


def test_one_address_is_mailed_of_so_many_sign_ups_and_no_more(loaded_site, settings):
    answers = [
        visitors.sign_up(Client(REMOTE_ADDR=f"10.0.0.{number}"), last_name=f"Meer {'x' * number}")
        for number in range(1, 22)
    ]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    other = visitors.sign_up(Client(), email="iemand@example.nl")
    assert other.status_code == 302
    assert "Lotte" in answers[-1].text


def test_two_people_who_are_known_get_the_same_answer(loaded_site, client):
    people = [{}, {"first_name": "Sam", "email": "sam@example.nl"}]
    for person in people:
        visitors.sign_up(client, **person)

    one, other = (visitors.sign_up(Client(), **person) for person in people)

    assert (one.status_code, text(one)) == (other.status_code, text(other))


@pytest.mark.parametrize(
    "changes",
    [
        {"availability_override": Roster.Override.FULL},
        {"state": Roster.State.CLOSED},
        {"state": Roster.State.CALLED_OFF},
    ],
)
def test_a_date_that_is_unavailable_is_so_for_a_known_person_too(loaded_site, client, changes):
    visitors.sign_up(client)
    event = visitors.coming_event()
    url = visitors.form_url(event=event)
    set_roster(**changes)

    known, unknown = (
        visitors.send(Client(), url, visitors.filled_in(**person), "confirm")
        for person in ({}, {"email": "ander@example.nl"})
    )

    assert known.status_code == unknown.status_code
    assert text(known) == text(unknown)


def test_answers_keep_the_question_as_it_was_asked(loaded_site, client):
    visitors.sign_up(client, q_lunch="Vegetarisch")
    SignUpQuestion.objects.filter(clean_name="lunch").update(label="Wat eet u graag?")
    visitors.sign_up(client, q_lunch="Vegetarisch", email="later@example.nl")

    asked = [
        signed_up.answers.get(key="lunch").question
        for signed_up in SignUp.objects.order_by("created_at")
    ]
    assert asked == ["Wat wilt u bij de lunch?", "Wat eet u graag?"]


def test_removing_a_question_keeps_its_answers(loaded_site, client):
    visitors.sign_up(client, q_lunch="Vegetarisch")

    SignUpQuestion.objects.filter(clean_name="lunch").delete()

    assert SignUp.objects.get().answers.get(key="lunch").value == "Vegetarisch"


@pytest.mark.parametrize(("first", "infix", "last"), NAMES)
def test_a_name_is_shown_as_it_was_typed(loaded_site, client, admin_client, first, infix, last):
    path = visitors.status_path(client, first_name=first, infix=infix, last_name=last)
    whole = " ".join(filter(None, [first, infix, last]))

    signed_up = SignUp.objects.get()
    mail = OutgoingMail.objects.get(kind="received")
    pages = [client.get(path), admin_client.get(reverse("sign_ups:inspect", args=[signed_up.pk]))]

    assert signed_up.full_name == whole
    assert mail.to_name == whole[:200]
    assert first in mail.body_text
    for page in pages:
        assert page.status_code == 200
        assert whole in BeautifulSoup(page.content, "html.parser").get_text()
        assert "<b>O'Neil</b>" not in page.content.decode()


# --- Errors are explained and nothing typed is lost ---


@pytest.mark.parametrize(
    "changes",
    [
        {"first_name": ""},
        {"first_name": "", "email": "x", "postcode": ""},
        {"phone": "bel mij"},
        {"last_name": "x" * 201},
        {"admission": "exception"},
        {"consent_0": None},
        {"admission": None},
        dict.fromkeys(REQUIRED_FIELDS, ""),
    ],
    ids=lambda changes: ",".join(changes),
)
def test_errors_are_in_the_summary_and_at_their_field(loaded_site, client, changes):
    values = {k: v for k, v in visitors.filled_in(**changes).items() if v is not None}

    refused = visitors.send(client, visitors.form_url(), values)

    html = visitors.soup(refused)
    links = visitors.summary_links(refused)
    inline = visitors.inline_errors(refused)
    assert refused.status_code == 422
    assert title(refused).startswith("Fout: ")
    assert len(links) == len(inline) == len(changes)
    assert sorted(text for _href, text in links) == sorted(inline.values())
    assert [href for href, _text in links if html.find(id=href[1:]) is None] == []
    summary = html.select_one("[role=alert]")
    assert (summary["tabindex"], summary["aria-labelledby"]) == ("-1", "es-title")
    assert summary.find_next("h1") is not None
    for error_id in inline:
        field = error_id.removesuffix("_error")
        control = html.find(id=field) or html.find(attrs={"aria-describedby": error_id})
        holder = control if control.name != "legend" else control.find_parent("fieldset")
        assert error_id in holder["aria-describedby"].split()
        assert html.find(id=error_id) is not None


def test_errors_keep_what_was_typed(loaded_site, client):
    values = visitors.filled_in(
        email="lotte@", remarks="<b>Tot dan & “dag”</b>", buyer="work", organisation="Oost & Zn"
    )

    refused = visitors.send(client, visitors.form_url(), values)

    fields = visitors.fields_of(visitors.last_form(refused))
    assert {name: fields[name] for name in values if values[name]} == {
        name: [value] for name, value in values.items() if value
    }


def test_errors_are_in_the_order_of_the_fields(loaded_site, client):
    refused = visitors.send(client, visitors.form_url(), visitors.filled_in(city="", first_name=""))

    assert [href for href, _text in visitors.summary_links(refused)] == [
        "#id_first_name",
        "#id_city",
    ]


def test_error_messages_are_in_the_language_of_the_page(loaded_site, client):
    refused = visitors.send(client, visitors.form_url(), visitors.filled_in(first_name=""))

    assert visitors.summary_links(refused)[0][1] == "Vul uw voornaam in"


def test_error_messages_do_not_blame_the_visitor(loaded_site, client):
    carried = {name: visitors.filled_in()[name] for name in ("shown_at", "idempotency_key")}
    empty = visitors.send(client, visitors.form_url(), carried)
    words = " ".join(told for _href, told in visitors.summary_links(empty)).lower()

    assert [
        bad for bad in ("ongeldig", "verplicht", "oeps", "required", "invalid") if bad in words
    ] == []


def test_a_form_refused_as_spam_comes_back_as_it_was_filled_in(loaded_site, client):
    caught = visitors.send(
        client, visitors.form_url(), visitors.filled_in(shown_at=visitors.form_stamp(0))
    )
    fields = visitors.fields_of(visitors.last_form(caught))

    assert caught.status_code == 422
    assert fields["first_name"] == ["Lotte"]
    assert SignUp.objects.count() == 0


def test_a_password_manager_that_fills_in_the_honeypot_keeps_nobody_out(loaded_site, client):
    url, filled_in = visitors.form_url(), {"leave_empty": "https://example.nl"}
    caught = visitors.send(client, url, visitors.filled_in(**filled_in))
    fields = visitors.fields_of(visitors.last_form(caught))

    checked = visitors.send(client, url, fields | filled_in)
    done = visitors.send(client, url, visitors.fields_of(visitors.last_form(checked)), "confirm")

    assert (caught.status_code, fields["leave_empty"]) == (422, [""])
    assert [checked.status_code, done.status_code] == [200, 302]


def test_the_honeypot_is_hidden_from_people(loaded_site, client):
    html = visitors.soup(client.get(visitors.form_url()))
    honeypot = html.select_one("input[name=leave_empty]")

    assert (honeypot["tabindex"], honeypot["autocomplete"]) == ("-1", "off")
    assert honeypot.find_parent(attrs={"aria-hidden": "true"}) is not None
    assert honeypot.get("type") == "text"


def test_a_missing_csrf_token_loses_nothing_that_was_typed(loaded_site):
    client = Client(enforce_csrf_checks=True)
    values = visitors.filled_in(remarks="Tot dan!")

    refused = visitors.send(client, visitors.form_url(), values)
    form = visitors.last_form(refused)
    again = client.post(form["action"], visitors.fields_of(form))

    assert refused.status_code == 403
    assert again.status_code == 200, visitors.error_texts(again)
    assert "Tot dan!" in text(again)


def test_the_form_can_be_confirmed_after_a_missing_csrf_token(loaded_site):
    client = Client(enforce_csrf_checks=True)

    refused = visitors.send(client, visitors.form_url(), visitors.filled_in(), "confirm")
    form = visitors.last_form(refused)
    done = client.post(form["action"], visitors.fields_of(form))

    assert done.status_code == 302
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize("step", ["check", "confirm"])
def test_too_many_attempts_lose_nothing_that_was_typed(loaded_site, client, monkeypatch, step):
    monkeypatch.setattr(views, "SIGN_UPS_PER_ADDRESS", "0/10m/ip")
    monkeypatch.setattr(views, "TRIES_PER_ADDRESS", "0/10m/ip")

    refused = visitors.send(client, visitors.form_url(), visitors.filled_in(remarks="Tot!"), step)

    fields = visitors.fields_of(visitors.last_form(refused))
    assert refused.status_code == 429
    assert (fields["first_name"], fields["remarks"]) == (["Lotte"], ["Tot!"])
    assert SignUp.objects.count() == 0


def test_a_whole_class_can_sign_up_from_one_address(loaded_site, client):
    set_roster(capacity=60)

    answers = [
        visitors.send(
            client, visitors.form_url(), visitors.filled_in(email=f"p{n}@example.nl"), "confirm"
        ).status_code
        for n in range(12)
    ]

    assert answers == [302] * 12


# --- Dates that are closed for sign-up ---


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"availability_override": Roster.Override.FULL}, 409),
        ({"state": Roster.State.CLOSED}, 409),
        ({"state": Roster.State.CALLED_OFF}, 410),
    ],
    ids=["full", "closed", "called off"],
)
@pytest.mark.parametrize("how", ["get", "check", "confirm"])
def test_a_date_closed_for_sign_up_proposes_others(loaded_site, client, changes, status, how):
    url = visitors.form_url()
    first, *others = visitors.coming_events()
    set_roster(**changes)

    if how == "get":
        response = client.get(url)
    else:
        response = visitors.send(client, url, visitors.filled_in(), how)

    addresses = {
        tag.get("href") or tag.get("formaction")
        for tag in visitors.soup(response).select("main [href], main [formaction]")
    }
    assert response.status_code == status
    assert SignUp.objects.count() == 0
    assert addresses & {event.sign_up_url for event in others} == {
        event.sign_up_url for event in others[:3]
    }
    assert first.sign_up_url not in addresses


def test_a_full_date_refuses_a_sign_up(loaded_site, client):
    event = fill_up()

    response = visitors.send(
        client, visitors.form_url(event=event), visitors.filled_in(email="l@example.nl"), "confirm"
    )

    assert response.status_code == 409
    assert SignUp.objects.count() == 1


def test_what_was_typed_is_carried_to_another_date(loaded_site, client):
    fill_up()
    values = visitors.filled_in(email="laat@example.nl", remarks="Tot dan!")
    full = visitors.send(client, visitors.form_url(), values, "confirm")
    button = visitors.soup(full).select_one("main button[formaction]")

    carried = visitors.fields_of(visitors.last_form(full))
    form = client.post(button["formaction"], carried | {button["name"]: button["value"]})
    fields = visitors.fields_of(visitors.last_form(form))
    done = visitors.send(client, button["formaction"], fields, "confirm")

    assert form.status_code == 200
    assert (fields["first_name"], fields["remarks"]) == (["Lotte"], ["Tot dan!"])
    assert done.status_code == 302, visitors.error_texts(done)


def test_a_confirmation_with_an_error_still_asks_for_a_wish(loaded_site, client):
    fill_up()
    _full, second, *_rest = visitors.coming_events()
    wrong = visitors.filled_in(email="wrong")

    def asked(step):
        response = visitors.send(client, second.sign_up_url, wrong, step)
        assert response.status_code == 422
        inputs = visitors.soup(response).select("input[name=swap_wishes]")
        return [choice["value"] for choice in inputs]

    assert asked("confirm") == asked("check") == [str(roster().pk)]


def test_a_preference_for_the_chosen_date_itself_is_dropped(loaded_site, client):
    _first, second, *_rest = visitors.coming_events()
    fill_up()
    values = visitors.filled_in(email="l@example.nl", swap_wishes=[str(second.roster.pk)])

    form = visitors.send(client, second.sign_up_url, values, "edit")
    fields = visitors.fields_of(visitors.last_form(form))
    checked = visitors.send(client, second.sign_up_url, fields)

    assert checked.status_code == 200, visitors.error_texts(checked)


def test_the_form_of_a_past_date_is_gone_and_proposes_others(loaded_site, client):
    past = CourseEventPage.objects.get(code="RT21032019")

    response = client.get(visitors.form_page().url_for(past.code))

    assert response.status_code == 410
    assert visitors.coming_event().sign_up_url in response.content.decode()


def test_a_sign_up_that_is_not_open_yet_says_when(loaded_site, client):
    page = visitors.coming_event().facts
    page.sign_up_opens = timezone.now() + datetime.timedelta(days=3)
    page.save_revision().publish()

    response = client.get(visitors.form_url())

    assert response.status_code == 409
    assert str(page.sign_up_opens.day) in text(response)


def test_the_form_of_an_unknown_code_is_not_found(loaded_site, client):
    assert client.get(visitors.form_page().url_for("rt01011999")).status_code == 404


def test_a_code_may_be_written_in_capitals(loaded_site, client):
    event = visitors.coming_event()

    assert client.get(visitors.form_page().url + event.code.upper() + "/").status_code == 200


def test_sign_up_is_closed_on_the_first_day(loaded_site, client):
    event = visitors.coming_event()
    url = visitors.form_url()
    noon = datetime.datetime.combine(event.first_day, datetime.time(12))

    with time_machine.travel(timezone.make_aware(noon)):
        assert client.get(url).status_code == 409


def test_the_form_is_for_one_browser_and_can_be_gone_back_to(client, event):
    form = factories.form_page(event.course)
    url = form.url_for(event.code)
    checked = visitors.send(client, url, visitors.filled_in())

    for response in (client.get(url), checked):
        assert response["Cache-Control"] == "private, no-cache"


# --- The status page ---


def calendar_of(path):
    return reverse("sign_up_calendar", args=[path.strip("/").split("/")[-1]])


def test_the_status_page_is_not_stored_indexed_or_leaked(loaded_site, client):
    path = visitors.status_path(client)

    for address in (path, calendar_of(path)):
        response = client.get(address)
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Permissions-Policy"] == PERMISSIONS_POLICY
        assert set(response.cookies) <= {"csrftoken"}


def test_all_wrong_links_get_the_same_answer(loaded_site, client):
    path = visitors.status_path(client)
    token = path.strip("/").split("/")[-1]
    other = "A" if token[0] != "A" else "B"
    wrong = [other + token[1:], token[:-2], token.upper(), "x", "x" * 500, "é"]

    answers = [client.get(f"/inschrijving/{candidate}/") for candidate in wrong]

    assert {answer.status_code for answer in answers} == {404}
    assert len({strip_addresses(answer.content) for answer in answers}) == 1
    assert client.get("/inschrijving/%00/").status_code == 400
    assert client.get("/inschrijving/..%2f../")["Location"] == "/inschrijving/"


def strip_addresses(body):
    html = BeautifulSoup(body, "html.parser")
    return html.main.get_text(" ", strip=True)


def test_the_status_link_survives_a_rotation_of_the_secret_key(loaded_site, client, settings):
    path = visitors.status_path(client)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" + "y" * 50

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("ending", ["cancel", "expire"])
def test_the_status_page_of_an_ended_sign_up_proposes_other_dates(loaded_site, client, ending):
    path = visitors.status_path(client)
    if ending == "cancel":
        cancellations.cancel(SignUp.objects.get(), by=None)
    else:
        SignUp.objects.update(hold_until=timezone.now() - datetime.timedelta(minutes=1))
        holds.expire()

    response = client.get(path)

    assert response.status_code == 200
    assert visitors.coming_events()[1].sign_up_url in response.content.decode()
    assert client.get(calendar_of(path)).status_code == 404


def test_the_status_page_outlives_the_page_of_the_date(loaded_site, client):
    path = visitors.status_path(client)
    visitors.coming_event().facts.unpublish()

    response = client.get(path)

    assert response.status_code == 200
    assert "Lotte van der Meer" in text(response)


# --- No input leads to an error of the server ---


def post(client, url, values, step):
    """Post values as a browser encodes them, including values that no browser would send."""
    body = urlencode(values | {"step": step}, doseq=True, errors="surrogatepass")
    return client.post(url, body, content_type="application/x-www-form-urlencoded")


def every_field(value):
    return dict.fromkeys(
        [*visitors.filled_in(), "swap_wishes", "q_lunch", "q_certificaat_kept"], value
    )


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: ascii(value[:12]))
@pytest.mark.parametrize("step", ["edit", "confirm"])
def test_strange_values_get_an_answer(loaded_site, client, value, step):
    url = visitors.form_url()
    values = every_field(value) | {"shown_at": visitors.form_stamp()}
    if len(value) > 100_000:
        values = visitors.filled_in(remarks=value)

    assert post(client, url, values, step).status_code < 500


@pytest.mark.parametrize("name", [*visitors.filled_in(), "swap_wishes", "q_lunch"])
def test_one_strange_value_in_a_valid_form_gets_an_answer(loaded_site, client, name):
    url = visitors.form_url()

    for value in ("\x00", "\ud800", "9" * 400):
        values = visitors.filled_in(**{name: value})
        assert post(client, url, values, "confirm").status_code < 500, ascii(value)


def test_a_null_character_is_refused_with_a_message(loaded_site, client):
    refused = visitors.send(client, visitors.form_url(), visitors.filled_in(remarks="a\x00b"))

    assert refused.status_code == 422
    assert list(visitors.inline_errors(refused)) == ["id_remarks_error"]


def test_a_lone_surrogate_is_refused(loaded_site, client):
    body = b"step=check&first_name=%ED%A0%80&remarks=%FF%FE"
    refused = client.post(
        visitors.form_url(), body, content_type="application/x-www-form-urlencoded"
    )

    assert refused.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"first_name=a&first_name=b&first_name[]=c&first_name[x][y][z]=d&step=check&step=confirm",
        b"&&&===&=&" * 100,
        b"a[" * 2000 + b"]" * 2000 + b"=1",
        b"\xff\xfe\x00\x00",
        b"",
        b"{}",
    ],
    ids=["twice", "separators", "deep", "bytes", "nothing", "json"],
)
@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "multipart/form-data",
    ],
)
def test_strange_bodies_get_an_answer(loaded_site, client, body, content_type):
    answer = client.post(visitors.form_url(), body, content_type=content_type)

    assert answer.status_code < 500


def test_too_many_fields_get_an_answer(loaded_site, client):
    body = b"&".join(b"f%d=1" % n for n in range(10_001))
    answer = client.post(
        visitors.form_url(), body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400


def test_a_body_that_is_too_large_gets_an_answer(loaded_site, client):
    body = b"remarks=" + b"x" * 3_000_000
    answer = client.post(
        visitors.form_url(), body, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    "path",
    [
        "/%00/",
        "/cursus/%00/",
        "/cursus/?plaats=%00",
        "/cursus/?maand=%00&cursus=%ED%A0%80",
        "/cursus/?maand=9999-99",
        "/cursus/runningtherapie/inschrijven/%00/",
        "/cursus/runningtherapie/inschrijven/%ED%A0%80/",
        f"/cursus/runningtherapie/inschrijven/{'9' * 3000}/",
        "/inschrijving/%00/",
        "/inschrijving/%ED%A0%80/",
        "/inschrijving/%F0%9F%8F%83/calendar.ics",
        f"/{'a/' * 500}",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/media/images/../../db.sqlite3",
        "/media/images/%00",
        "/documents/99999999999999999999/x.pdf",
    ],
)
def test_strange_addresses_get_an_answer(loaded_site, client, path):
    methods = ["get", "post", "head", "put", "delete", "options"]
    answers = {method: getattr(client, method)(path).status_code for method in methods}

    assert {method: status for method, status in answers.items() if status >= 500} == {}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from([*visitors.filled_in(), "swap_wishes", "q_lunch", "step", "new"]),
    value=st.one_of(
        st.text(max_size=60),
        st.integers().map(str),
        st.lists(st.text(max_size=10), max_size=4),
        st.binary(max_size=40).map(lambda raw: raw.decode("utf-8", "replace")),
        st.uuids().map(str),
        st.dates().map(str),
    ),
    step=st.sampled_from(["check", "edit", "confirm"]),
)
def test_any_value_of_any_field_gets_an_answer(loaded_site, name, value, step):
    values = visitors.filled_in(email="x@example.nl") | {"step": step}
    values[name] = value

    answer = Client(raise_request_exception=False).post(visitors.form_url(), values)

    assert answer.status_code < 500
