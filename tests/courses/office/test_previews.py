"""Everything that staff write has a preview before it is published, even if it is incomplete."""

import datetime

import pytest
from django.urls import reverse
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import CourseEventPage, CourseEventPart, SignUpPage
from faq.models import FaqQuestion, FaqTopic
from home.models import Testimonial as Quotation  # pytest takes Test... for tests

pytestmark = pytest.mark.anywhere


@pytest.fixture
def boss(make_client):
    return make_client("Eigenaar")


@pytest.mark.slow
@pytest.mark.usefixtures("english_content")
def test_every_page_of_the_site_has_a_preview_as_a_draft(boss):
    seen = set()
    for page in Page.objects.filter(depth__gt=1).specific():
        page.save_revision()
        response = boss.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
        assert response.status_code == 200, page
        assert page.title in response.text.replace("&#x27;", "'"), page
        assert boss.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        seen.add(type(page).__name__)
    assert seen == {model.__name__ for model in get_page_models() if model is not Page}


@pytest.fixture
def draft(course):
    def make(parts=()):
        page = CourseEventPage(title="Nog te plannen", slug="concept", live=False)
        page.parts = list(parts)
        course.add_child(instance=page)
        page.save_revision()
        return page

    return make


@pytest.mark.parametrize("days", [[], [datetime.date(2031, 3, 21)]])
def test_a_date_that_was_never_published_has_a_preview(boss, draft, days):
    page = draft(CourseEventPart(label="Dag", first_day=day, last_day=day) for day in days)
    response = boss.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code == 200
    assert "Nog te plannen" in response.text


def event_data(**fields):
    empty = ("introduction", "price_cents", "minimum", "capacity", "audience", "brochure")
    empty += ("sign_up_opens", "sign_up_closes", "seo_title", "search_description", "share_image")
    return nested_form_data(
        {
            "title": "Nieuwe datum",
            **dict.fromkeys(empty, ""),
            "parts": inline_formset([]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def part_data(**fields):
    return {
        "label": "Dagen",
        "first_day": "2031-03-21",
        "last_day": "",
        "starts_at": "",
        "ends_at": "",
        "place": "",
        "venue": "",
        "address": "",
        **fields,
    }


@pytest.mark.parametrize(
    ("parts", "is_valid"),
    [
        ([], True),
        ([part_data()], True),
        ([part_data(first_day="")], False),
        ([part_data(label="", first_day="")], False),
    ],
)
def test_a_date_has_a_preview_while_it_is_typed(boss, course, parts, is_valid):
    """The preview panel submits incomplete forms, which must never raise an error."""
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["courses", "courseeventpage", course.pk]
    )
    data = event_data(parts=inline_formset(parts))
    answer = boss.post(address, data).json()
    response = boss.get(address)
    assert answer == {"is_valid": is_valid, "is_available": is_valid}
    assert response.status_code == 200
    assert ("Nieuwe datum" in response.text) is is_valid


@pytest.mark.parametrize("number", [0, 1])
def test_a_date_has_a_preview_while_it_is_changed(boss, event, number):
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[event.page.pk])
    parts = [
        part_data(id=part.pk, label=part.label, first_day=datetime.date(2031, 3, 21).isoformat())
        for part in event.page.parts.all()[:number]
    ]
    data = event_data(title="Andere titel", parts=inline_formset(parts, initial=number))
    answer = boss.post(address, data).json()
    response = boss.get(address)
    assert answer == {"is_valid": True, "is_available": True}
    assert "Andere titel" in response.text
    assert ("21 maart 2031" in response.text) is bool(number)


def previewed_form(boss, course, kind):
    page = SignUpPage(title="Inschrijven", slug=f"form-{kind}", kind=kind, live=False)
    page.consents = [("consent", {"text": "Akkoord", "required": True})]
    course.add_child(instance=page)
    page.save_revision()
    return boss.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("course", "Er zijn op dit moment geen nieuwe data gepland."),
        ("alumni", "Er is op dit moment geen terugkomdag waaraan u kunt deelnemen."),
    ],
)
def test_a_form_page_has_a_preview_without_dates(boss, course, kind, words):
    assert words in previewed_form(boss, course, kind)


@pytest.mark.parametrize(("kind", "words"), [("course", "Uw cursus"), ("alumni", "Uw terugkomdag")])
def test_a_form_page_has_a_preview_with_dates(boss, event, course, kind, words):
    shown = previewed_form(boss, course, kind)
    assert (words in shown, event.title in shown, 'name="last_name"' in shown) == (True,) * 3


def test_snippets_have_a_preview(boss, site_tree):
    topic = FaqTopic.objects.create(name="Betalen", slug="betalen", locale=site_tree.locale)
    question = FaqQuestion(
        topic=topic, question="Kan dat?", answer="<p>Ja.</p>", locale=site_tree.locale
    )
    quotation = Quotation(heading="Kop", quote="Woorden", name="Iemand", locale=site_tree.locale)
    for snippet, words in ((question, "Kan dat?"), (quotation, "Woorden")):
        snippet.save()
        opts = type(snippet)._meta
        address = reverse(
            f"wagtailsnippets_{opts.app_label}_{opts.model_name}:edit", args=[snippet.pk]
        )
        assert boss.get(address).status_code == 200
        response = snippet.make_preview_request()
        assert response.status_code == 200
        assert words in response.rendered_content
