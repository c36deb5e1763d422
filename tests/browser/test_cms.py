"""What staff do most often in the CMS, with the content security policy of production."""

import json
import re

import pytest

IDS = """
import json
from courses.models import CourseEventPage, SignUpPage
from faq.models import FaqQuestion
dates = CourseEventPage.objects.filter(code__startswith="RT", locale__language_code="nl")
event = dates.order_by("-first_day").first()
form = SignUpPage.objects.get(kind="course", locale__language_code="nl")
question = FaqQuestion.objects.filter(locale__language_code="nl").order_by("pk").first()
print(json.dumps({"event": event.pk, "code": event.code, "form": form.pk,
    "question": question.pk, "anchor": question.anchor}))
"""
CODES = """
import json
from courses.models import CourseEventPage
dates = CourseEventPage.objects.filter(locale__language_code="nl")
print(json.dumps(list(dates.values_list("code", flat=True))))
"""


@pytest.fixture(scope="module")
def ids(live):
    return json.loads(live.shell(IDS).strip().splitlines()[-1])


def publish(page):
    """Press “Publiceren” in the bar below the editor."""
    if not page.locator("[name=action-publish]").is_visible():
        page.get_by_role("button", name="Meer acties").click()
    with page.expect_navigation():
        page.locator("[name=action-publish]").click()
    assert page.locator(".messages .error, .error-message").count() == 0


def blocked(page):
    return [text for text in page.record.complaints if "Content Security Policy" in text]


def test_staff_edit_an_answer_and_readers_see_it(staff, phone, ids):
    staff.goto(f"/admin/snippets/faq/faqquestion/edit/{ids['question']}/")
    staff.locator(".public-DraftEditor-content").first.click()
    staff.keyboard.press("Control+End")
    staff.keyboard.type(" Nieuw in dit antwoord.")
    staff.wait_for_timeout(1000)  # the editor writes to the form a moment after the last key
    publish(staff)

    phone.goto("/veelgestelde-vragen/")

    answer = phone.locator(f"#{ids['anchor']}")
    assert "Nieuw in dit antwoord." in answer.text_content()
    assert blocked(staff) == []


def test_staff_add_a_question_to_the_form(staff, phone, ids):
    staff.goto(f"/admin/pages/{ids['form']}/edit/")
    before = staff.locator("#id_questions-TOTAL_FORMS").input_value()
    staff.locator("#id_questions-ADD").click()
    staff.locator(f"#id_questions-{before}-label").fill("Welke schoenmaat hebt u?")
    staff.locator(f"#id_questions-{before}-field_type").select_option("singleline")
    staff.locator(f"#id_questions-{before}-required").uncheck()
    publish(staff)

    phone.goto("/cursus/")
    phone.goto(phone.locator("main a[href*='/inschrijven/rt']").first.get_attribute("href"))

    assert phone.get_by_label("Welke schoenmaat hebt u?").count() == 1
    assert blocked(staff) == []


def test_staff_copy_a_date(staff, live, ids):
    staff.goto(f"/admin/pages/{ids['event']}/copy/")
    with staff.expect_navigation():
        staff.locator("main form [type=submit]").last.click()

    codes = json.loads(live.shell(CODES).strip().splitlines()[-1])
    assert codes.count(ids["code"]) == 1
    assert f"{ids['code']}-2" in codes
    assert blocked(staff) == []


def test_the_preview_shows_the_page(staff, ids):
    staff.goto(f"/admin/pages/{ids['form']}/edit/")
    staff.locator("[data-side-panel-toggle=preview]").click()
    frame = staff.frame_locator("#w-preview-iframe, #preview-iframe").first

    assert frame.locator("h1").inner_text() == "Inschrijven voor de cursus"
    assert blocked(staff) == []


def test_staff_find_a_sign_up(staff):
    staff.goto("/admin/")
    staff.get_by_role("link", name=re.compile("Inschrijvingen")).first.click()

    staff.wait_for_selector("main table, main .no-results, main p")
    assert blocked(staff) == []
