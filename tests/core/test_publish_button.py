"""Publish is the button of a page, for whoever may publish."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.courses.office.conftest import *  # noqa: F403  a course, a date, browsers

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def buttons(client, page):
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    footer = BeautifulSoup(shown, "html.parser").select_one("footer, .footer")
    return [button.get_text(" ", strip=True) for button in footer.select("button[type=submit]")]


def test_publishing_is_the_first_button_and_saving_a_draft_is_in_its_menu(make_client, event):
    found = buttons(make_client("superuser"), event.facts)
    assert "Publiceren" in found[0]
    assert any("Bewaar concept" in text for text in found[1:])
