import json

import pytest
from django.template import Context, Template

from core.templatetags import core_tags, look_tags
from home.forms import ContactForm
from home.models import ContentPage, HomePage

pytestmark = pytest.mark.anywhere


def test_structured_data_cannot_close_its_script_element():
    objects = [{"@type": "Thing", "name": "</script><b>&\u2028"}]

    html = core_tags.json_ld(objects)

    assert html.count("</script>") == 1
    assert html.endswith("</script>")
    body = html.partition(">")[2].rpartition("<")[0]
    assert json.loads(body)["@graph"] == objects


def test_without_structured_data_there_is_no_script():
    assert [core_tags.json_ld([]), core_tags.json_ld("")] == ["", ""]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/privacy/", "http://testserver/privacy/"),
        ("/privacy/below/", "http://testserver/privacy/below/"),
        ("/elsewhere/", "http://testserver/privacy/"),
        ("", "http://testserver/privacy/"),
    ],
)
def test_the_canonical_address_is_on_site_url(loaded_site, path, address):
    page = ContentPage.objects.get(slug="privacy")

    assert core_tags.canonical_url(page, path) == address


def test_a_view_without_a_page_has_its_own_address():
    assert core_tags.canonical_url(None, "/zoeken/") == "http://testserver/zoeken/"


def test_breadcrumbs_are_the_published_pages_above(loaded_site):
    page = ContentPage.objects.get(slug="privacy")

    assert core_tags.breadcrumbs(page) == [HomePage.objects.get(pk=loaded_site.pk).page_ptr]


def test_errors_are_listed_in_field_order(loaded_site):
    form = ContactForm({"email": "x", "leave_empty": "y"})

    targets = [error["target"] for error in look_tags.form_errors(form)]
    assert targets == ["", "id_name", "id_email", "id_message"]


def test_a_form_that_was_not_sent_has_no_errors():
    assert look_tags.form_errors(ContactForm()) == []


def test_a_telephone_link_has_no_spaces():
    assert look_tags.tel("+31 (0)6 - 12 34 56 78") == "+31612345678"


def test_settings_are_available_outside_a_request(loaded_site):
    template = Template("{% load core_tags %}{% site_settings as facts %}{{ facts }}")

    assert template.render(Context()) == "Runningtherapie.nl"
