import pytest
from django.urls import reverse
from wagtail.models import Locale

from core.models import SiteTexts
from tests.courses.office.conftest import *  # noqa: F403  browsers

ADD = "wagtailsnippets_core_sitetexts:add"


@pytest.fixture
def texts(site_tree):
    return SiteTexts.objects.create(locale=Locale.get_default(), tagline="Loop mee")


def test_a_language_has_its_texts_once(make_client, texts):
    Locale.objects.exclude(pk=texts.locale_id).delete()
    client = make_client("Teksten")
    assert client.get(reverse(ADD)).status_code == 302
    listing = client.get(reverse("wagtailsnippets_core_sitetexts:list"))
    assert reverse(ADD) not in listing.text


def test_texts_can_be_added_for_another_language(make_client, texts):
    Locale.objects.get_or_create(language_code="en")
    assert make_client("Teksten").get(f"{reverse(ADD)}?locale=en").status_code == 200


@pytest.mark.parametrize("role", ["Teksten", "Eigenaar", "superuser"])
def test_nobody_can_delete_the_texts(make_client, texts, role):
    address = reverse("wagtailsnippets_core_sitetexts:delete", args=[texts.pk])
    make_client(role).post(address)
    assert SiteTexts.objects.filter(pk=texts.pk).exists()
