"""The list of the participants of a course group: its columns, filters and exports."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import cancellations, certificates, payments, presence, sign_ups
from courses.models import ColumnChoice, CourseEventPage, CourseEventPart, SignUp
from courses.reading import events
from tests.courses.office.test_exports import rows_of_csv, rows_of_xlsx

TODAY = timezone.localdate()
GIVEN = (
    sign_ups.Given(key="dieet", question="Dieetwensen?", value="=1+1"),
    sign_ups.Given(key="trein", question="Komt u met de trein?", value="Ja"),
)


@pytest.fixture
def event(prepared_event, institute):
    """The date that the tests of this file share."""
    return events.of_page(CourseEventPage.objects.earliest("pk"))


def begin(event):
    """Moves the first part to yesterday and today."""
    parts = CourseEventPart.objects.filter(page=event.page)
    yesterday = TODAY - datetime.timedelta(days=1)
    parts.filter(open_to_alumni=False).update(first_day=yesterday, last_day=TODAY)
    return events.of_page(CourseEventPage.objects.get(pk=event.page.pk))


def people(event):
    return reverse("rosters:people", args=[event.roster.pk])


def choose(client, event, *names):
    address = reverse("rosters:people_columns", args=[event.roster.pk])
    return client.post(address, {"column": names})


def names_in(response):
    return [row.last_name for row in response.context["object_list"]]


def headings_in(response):
    return [str(column.label) for column in response.context["table"].columns.values()][1:]


def shown_in(response, name):
    """The values in a column of the table."""
    column = response.context["table"].columns[name]
    return [column.get_value(row) for row in response.context["object_list"]]


# --- The way there -------------------------------------------------------------------------------


def test_the_group_and_the_start_page_link_to_its_people(office, event, make_client):
    group = reverse("rosters:edit", args=[event.roster.pk])
    ways = {
        people(event),
        reverse("rosters:message", args=[event.roster.pk]),
        reverse("rosters:presence", args=[event.roster.pk]),
        reverse("rosters:add_person", args=[event.roster.pk]),
    }
    shown = office.get(group).text
    assert {way for way in ways if f'class="button" href="{way}"' in shown} == {people(event)}
    assert {way for way in ways if f'href="{way}"' in shown} == ways
    assert f'href="{people(event)}"' in office.get(reverse("wagtailadmin_home")).text

    without_people = make_client("Cursussen").get(group).text
    assert {way for way in ways if f'href="{way}"' in without_people} == set()


def test_bulk_verbs_work_without_javascript(office, event, make_sign_up):
    make_sign_up()
    shown = office.get(people(event), {"q": "noor"}).text
    assert f'<a href="{people(event)}bulk/export/?q=noor&amp;id=all">' in shown


# --- Who is in it --------------------------------------------------------------------------------


def test_the_columns_of_one_list_are_not_those_of_another_list_or_user(
    office, make_client, event, make_sign_up
):
    make_sign_up()
    everybody = reverse("sign_ups:index")
    colleague = make_client("Bureau")
    usual = [
        headings_in(client.get(url))
        for client, url in (
            (office, people(event)),
            (office, everybody),
            (colleague, people(event)),
        )
    ]

    choose(office, event, "language")
    office.post(reverse("sign_ups:columns"), {"column": ["email"]})

    assert headings_in(office.get(people(event))) == ["Naam", "Taal"]
    assert headings_in(office.get(everybody)) == ["Naam", "E-mail"]
    assert headings_in(colleague.get(people(event))) == usual[2]
    office.post(reverse("rosters:people_columns", args=[event.roster.pk]), {"restore": "1"})
    assert headings_in(office.get(people(event))) == usual[0]
    assert headings_in(office.get(everybody)) == ["Naam", "E-mail"] != usual[1]


@pytest.mark.parametrize(("may_add", "names"), [(True, ["add_signup"]), (False, [])])
def test_only_who_may_add_somebody_sees_the_button(make_client, event, may_add, names):
    client = make_client("no group")
    wanted = ["access_admin", "view_signup", *names]
    client.user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    add = reverse("rosters:add_person", args=[event.roster.pk])

    assert (f'href="{add}"' in client.get(people(event)).text) is may_add


def test_the_list_has_the_people_of_this_date_by_name(office, event, make_sign_up):
    make_sign_up(last_name="Visser")
    make_sign_up(last_name="Bakker")
    elsewhere = make_sign_up(last_name="Elders")
    other = events.of_page(CourseEventPage.objects.get(pk=event.page.pk)).roster
    other.pk, other.translation_key, other.code = None, "0" * 32, "ANDER"
    other.save()
    SignUp.objects.filter(pk=elsewhere.pk).update(roster=other)
    response = office.get(people(event))
    assert names_in(response) == ["Bakker", "Visser"]
    assert "no-store" in response["Cache-Control"]


def test_an_empty_list_says_so(office, event):
    assert "Nog niemand heeft zich ingeschreven" in office.get(people(event)).text
    assert "Niemand gevonden" in office.get(people(event), {"q": "x"}).text


@pytest.fixture
def everybody(event, make_sign_up, office):
    """One person of each kind, on a date that has begun."""
    by = office.user
    there = payments.record(make_sign_up(last_name="Aanwezig"), by=by)
    absent = payments.record(make_sign_up(last_name="Afwezig"), by=by)
    payments.record(make_sign_up(last_name="Betaald"), by=by)
    make_sign_up(last_name="Open")
    make_sign_up(last_name="Vraagt", admission="exception", answers=GIVEN)
    cancellations.cancel(make_sign_up(last_name="Weg"), by=by)
    event = begin(event)
    presence.mark_present(there, TODAY, by=by)
    certificates.issue(there, by=by)
    presence.record_days(absent, set(), [TODAY])
    return event


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("state", "review", ["Vraagt"]),
        ("payment", "paid", ["Aanwezig", "Afwezig", "Betaald"]),
        ("payment", "unpaid", ["Open", "Vraagt"]),
        ("kind", "alumni", []),
        ("admission", "exception", ["Vraagt"]),
        ("presence", "present", ["Aanwezig"]),
        ("presence", "absent", ["Afwezig"]),
        ("presence", "open", ["Betaald"]),
        ("certificate", "with", ["Aanwezig"]),
        ("certificate", "without", ["Afwezig", "Betaald", "Open", "Vraagt"]),
        ("q", "noor open", ["Open"]),
        ("q", "noor weg", []),
        ("ordering", "-last_name", ["Vraagt", "Open", "Betaald", "Afwezig", "Aanwezig"]),
        ("state", "cancelled", ["Weg"]),
        ("state", ["cancelled", "review"], ["Vraagt", "Weg"]),
        ("state", ["all", "review"], ["Aanwezig", "Afwezig", "Betaald", "Open", "Vraagt", "Weg"]),
    ],
)
def test_filters_search_and_order(office, everybody, name, value, found):
    assert names_in(office.get(people(everybody), {name: value})) == found


@pytest.mark.parametrize("query", ["state=foo", "presence=x", "state=review&state=foo"])
def test_an_invalid_filter_shows_and_exports_nobody(office, everybody, query):
    assert names_in(office.get(f"{people(everybody)}?{query}")) == []
    assert rows_of_csv(office.get(f"{people(everybody)}?{query}&export=csv")) == []


@pytest.mark.parametrize(
    "number", ["+31 6 99887766", "06-99887766", "0699887766", "+31699887766", "99887766"]
)
@pytest.mark.parametrize("kept", ["+31 6 99887766", "06 99887766"])
def test_a_telephone_number_is_found_however_it_is_written(
    office, event, make_sign_up, number, kept
):
    make_sign_up(last_name="Gezocht", phone=kept)
    make_sign_up(last_name="Ander", phone="+31 6 11223344")
    assert [name.split()[-1] for name in names_in(office.get(people(event), {"q": number}))] == [
        "Gezocht"
    ]


def test_the_digits_of_a_code_find_its_people(office, event, make_sign_up, neighbour):
    make_sign_up(last_name="Gezocht")
    found = office.get(reverse("sign_ups:index"), {"q": event.code.removeprefix("RT")})
    assert names_in(found) == ["Gezocht"]


def test_very_many_words_are_no_error(office, everybody):
    assert office.get(people(everybody), {"q": "a " * 1000}).status_code == 200


# --- Who does not come (any more) ----------------------------------------------------------------


def links_about_who_left(response):
    """The links that show everybody, and that hide people who left."""
    view = response.context["view"]
    links = {"everybody": view.everybody_url, "who comes": view.who_comes_url}
    return {
        name: url
        for name, url in links.items()
        if url and f'href="{url.replace("&", "&amp;")}"' in response.text
    }


def pills(response):
    return [str(pill.value) for pill in response.context["view"].active_filters]


def test_people_who_left_are_hidden_until_asked_for(office, everybody):
    coming = office.get(people(everybody))
    assert "Weg" not in names_in(coming)
    assert pills(coming) == ["wie komt"]
    assert "1 geannuleerde of verlopen inschrijving staat niet in deze lijst." in coming.text
    shown = office.get(links_about_who_left(coming)["everybody"])
    assert "Weg" in names_in(shown)
    assert pills(shown) == ["Iedereen, ook geannuleerd en verlopen"]
    assert links_about_who_left(shown) == {"who comes": f"{people(everybody)}"}


def test_showing_people_who_left_keeps_search_and_order(office, everybody):
    query = {"q": "noor", "ordering": "-last_name", "certificate": "without", "p": "2"}
    url = links_about_who_left(office.get(people(everybody), query))["everybody"]
    assert url == f"{people(everybody)}?q=noor&ordering=-last_name&certificate=without&state=all"
    back = links_about_who_left(office.get(url))["who comes"]
    assert back == f"{people(everybody)}?q=noor&ordering=-last_name&certificate=without"


def test_removing_the_filter_shows_people_who_left_too(office, everybody):
    [pill] = office.get(people(everybody), {"q": "noor"}).context["view"].active_filters
    results = reverse("rosters:people_results", args=[everybody.roster.pk])
    assert pill.removed_filter_url == f"{results}?q=noor&_w_filter_fragment=1&state=all"
    assert "Weg" in names_in(office.get(pill.removed_filter_url))


def test_a_search_mentions_people_who_left(office, everybody):
    response = office.get(people(everybody), {"q": "noor weg"})
    assert names_in(response) == []
    assert names_in(office.get(links_about_who_left(response)["everybody"])) == ["Weg"]
    assert links_about_who_left(office.get(people(everybody), {"q": "noor open"})) == {}


def test_a_list_of_only_people_who_left_says_that_nobody_comes(office, event, make_sign_up):
    cancellations.cancel(make_sign_up(), by=office.user)
    response = office.get(people(event))
    assert "Er komt niemand." in response.text
    assert names_in(office.get(links_about_who_left(response)["everybody"])) == ["Öztürk"]


@pytest.mark.parametrize(("query", "is_in"), [({}, False), ({"state": "all"}, True)])
def test_exports_and_bulk_verbs_have_the_same_people_as_the_list(office, everybody, query, is_in):
    rows = rows_of_csv(office.get(people(everybody), query | {"export": "csv"}))
    assert ("Weg, Noor" in [row["Naam"] for row in rows]) == is_in
    address = reverse("rosters:bulk_accept", args=[everybody.roster.pk])
    asked = office.get(address, query | {"id": "all"}).context
    assert any("Noor Weg" in names for _reason, names in asked["skipped"]) == is_in


def test_cancelled_people_who_are_ticked_are_exported(office, everybody):
    gone = SignUp.objects.get(last_name="Weg")
    address = reverse("rosters:bulk_export", args=[everybody.roster.pk])
    response = office.get(address, {"id": gone.pk})
    [_xlsx, (_label, url)] = response.context["downloads"]
    assert [row["Naam"] for row in rows_of_csv(office.get(url))] == ["Weg, Noor"]


def test_the_payment_status_of_each_person_is_shown(office, everybody):
    choose(office, everybody, "payment", "paid_how", "price")
    response = office.get(people(everybody), {"state": "all"})
    words = [words for tone, words in shown_in(response, "payment")]
    assert words == ["Betaald"] * 3 + ["Nog niet betaald"] * 2 + ["Niet betaald"]
    assert shown_in(response, "paid_how") == ["bankoverschrijving"] * 3 + [""] * 3


def test_invalid_filters_are_no_error(office, event, make_sign_up):
    make_sign_up()
    for name in ("state", "payment", "presence", "certificate", "ordering", "p", "q", "id"):
        for more in ({}, {"export": "csv"}):
            assert office.get(people(event), {name: "'; drop\n"} | more).status_code == 200


# --- Its columns ---------------------------------------------------------------------------------


def test_each_user_keeps_their_own_columns(office, make_client, event, make_sign_up):
    make_sign_up()
    choose(office, event, "email", "infix", "nonsense")
    assert headings_in(office.get(people(event))) == ["Naam", "Tussenvoegsel", "E-mail"]
    assert ColumnChoice.objects.get().columns == ["infix", "email"]
    assert "Betaling" in headings_in(make_client("Eigenaar").get(people(event)))


def test_the_default_columns_can_be_restored(office, event, make_sign_up):
    make_sign_up()
    usual = headings_in(office.get(people(event)))
    choose(office, event, "email")
    address = reverse("rosters:people_columns", args=[event.roster.pk])
    response = office.post(address, {"restore": "yes", "column": ["phone"]}, follow=True)
    assert headings_in(response) == usual
    assert not ColumnChoice.objects.exists()


def test_choosing_columns_returns_to_the_list_as_it_was(office, event):
    address = reverse("rosters:people_columns", args=[event.roster.pk])
    back = f"{people(event)}?state=review"
    assert back in office.get(address, {"next": back}).text
    assert office.post(address, {"column": ["email"], "next": back}).url == back
    assert office.post(address, {"next": "https://example.com/"}).url == people(event)


def test_all_columns_but_the_name_can_be_removed(office, event, make_sign_up):
    make_sign_up()
    choose(office, event)
    assert headings_in(office.get(people(event))) == ["Naam"]


def test_each_question_and_each_day_has_a_column(office, everybody):
    choose(office, everybody, "answers", "presence")
    response = office.get(people(everybody))
    days = sorted(day for part in everybody.parts for day in part.days)
    assert headings_in(response)[:3] == ["Naam", "Dieetwensen?", "Komt u met de trein?"]
    assert len(headings_in(response)) == 3 + len(days)
    assert shown_in(response, "answer_dieet") == ["", "", "", "", "=1+1"]
    assert shown_in(response, f"presence_{TODAY.isoformat()}")[:3] == ["aanwezig", "afwezig", ""]

    rows = rows_of_csv(office.get(people(everybody), {"export": "csv"}))
    assert list(rows[0]) == headings_in(response)
    assert rows[4]["Dieetwensen?"] == "'=1+1"


def test_staff_who_may_not_read_answers_get_no_columns_with_them(make_client, event, make_sign_up):
    make_sign_up(remarks="geheim", answers=[sign_ups.Given(key="a", question="Vraag", value="b")])
    client = make_client("Geld")
    names = ["answers", "remarks", "office_note", "motivation", "email"]
    ColumnChoice.objects.create(user=client.user, listing="rosters:people", columns=names)
    choose_page = client.get(reverse("rosters:people_columns", args=[event.roster.pk]))
    assert "Opmerkingen" not in choose_page.text
    assert headings_in_without_boxes(client.get(people(event))) == ["Naam", "E-mail"]
    [row] = rows_of_csv(client.get(people(event), {"export": "csv"}))
    assert list(row) == ["Naam", "E-mail"]


def headings_in_without_boxes(response):
    columns = response.context["table"].columns.values()
    return [str(column.label) for column in columns if column.name != "select"]


# --- Its exports ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_has_the_columns_and_rows_of_the_screen(office, everybody, form):
    choose(office, everybody, "last_name", "price", "paid_at", "state")
    response = office.get(people(everybody), {"export": form, "payment": "paid"})
    rows = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}[form](response)
    assert list(rows[0]) == ["Naam", "Achternaam", "Status", "Prijs", "Betaald op"]
    assert len(rows) == 3
    paid_at = timezone.localtime(SignUp.objects.get(last_name="Aanwezig").paid_at)
    first = rows[0]
    if form == "csv":
        assert first["Prijs"] == "1195,00"
        assert first["Betaald op"] == f"{paid_at:%Y-%m-%d %H:%M}"
    else:
        assert first["Prijs"].value == 1195
        assert first["Betaald op"].value.replace(microsecond=0) == paid_at.replace(
            microsecond=0, tzinfo=None
        )
    assert everybody.code.lower() in response["Content-Disposition"]


# --- Cost and rights -----------------------------------------------------------------------------


def test_the_list_makes_no_more_queries_for_more_people(office, event, make_sign_up):
    every = [field.name for field in office.get(people(event)).context["view"].chosen_fields.fields]
    choose(office, event, *every)
    asked = []
    for number in (1, 2):
        for _time in range(number):
            given = [sign_ups.Given(key="dieet", question="Dieet?", value="geen")]
            payments.record(make_sign_up(answers=given), by=None)
        office.get(people(event))
        with CaptureQueriesContext(connection) as queries:
            office.get(people(event))
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= 28  # with every column; the default ones need fewer than twenty


def test_the_default_columns_need_few_queries(
    office, event, make_sign_up, django_assert_max_num_queries
):
    make_sign_up()
    office.get(people(event))
    with django_assert_max_num_queries(20):
        office.get(people(event))


def test_staff_who_may_not_see_people_are_refused(make_client, event, make_sign_up):
    make_sign_up()
    client = make_client("Teksten")
    assert client.get(people(event)).status_code == 302
    assert choose(client, event, "email").status_code == 302
    assert not ColumnChoice.objects.exists()


def test_an_unknown_group_is_not_found(office):
    assert office.get(reverse("rosters:people", args=[999999])).status_code == 404
