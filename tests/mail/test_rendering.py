import re

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Site

from core.models import SiteSettings
from mail import kinds
from mail.rendering import render

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def rendered(body, values=(), *, subject="Welkom", language="nl"):
    return render(subject=subject, body=body, values=dict(values), language=language)


def content_of(mail):
    return BeautifulSoup(mail.html, "html.parser").find(class_="sheet")


def text_of(mail):
    return mail.text.split("\n\n-- \n")[0]


def test_the_signature_begins_as_mail_programs_expect_it():
    mail = rendered("<p>Tot ziens   </p><p>-- niet dit</p>")

    assert mail.text.count("\n-- \n") == 1
    assert [line for line in mail.text.splitlines() if line != line.rstrip()] == ["-- "]


def test_values_are_escaped_in_html_and_plain_in_text():
    mail = rendered("<p>Beste {name}</p>", {"name": '<img src=x onerror="x">&amp;'})

    assert content_of(mail).find("img") is None
    assert content_of(mail).p.get_text() == 'Beste <img src=x onerror="x">&amp;'
    assert text_of(mail) == 'Beste <img src=x onerror="x">&amp;'


def test_a_placeholder_in_a_value_is_not_filled():
    mail = rendered("<p>{name} {email}</p>", {"name": "{email}", "email": "noor@example.org"})

    assert text_of(mail) == "{email} noor@example.org"


def test_an_address_becomes_a_link_and_a_line_of_its_own():
    mail = rendered("<p>Kijk op {url} voor meer.</p>", {"url": "https://example.org/a?b=1&c=2"})

    assert content_of(mail).a["href"] == "https://example.org/a?b=1&c=2"
    assert text_of(mail) == "Kijk op deze pagina\nhttps://example.org/a?b=1&c=2\nvoor meer."


@pytest.mark.parametrize("href", ["{url}", "http://{url}", "https://%7Burl%7D/"])
def test_a_link_can_lead_to_a_placeholder(href):
    mail = rendered(f'<p><a href="{href}">Uw pagina</a></p>', {"url": "https://example.org/a"})

    assert content_of(mail).a["href"] == "https://example.org/a"
    assert text_of(mail) == "Uw pagina\nhttps://example.org/a"


@pytest.mark.parametrize("href", ["{url}", "javascript:alert(2)", "data:text/html,x"])
def test_a_script_address_never_becomes_a_link(href):
    mail = rendered(f'<p><a href="{href}">Klik</a></p>', {"url": "javascript:alert(1)"})

    assert content_of(mail).a is None


def test_lines_of_a_value_stay_lines():
    mail = rendered("<p>{message}</p>", {"message": "18 maart\n19 maart"})

    assert str(content_of(mail).p.encode_contents(), "utf-8") == "18 maart<br/>19 maart"
    assert text_of(mail) == "18 maart\n19 maart"


FACTS = "Lesdagen: 18 en 19 maart 2027, Dalfsen\nCode: RT18032027"


def test_facts_become_a_table_whose_rows_have_a_name():
    mail = rendered("<p>Beste {days}</p><p>{days}</p>", {"days": FACTS})
    rows = [
        [(cell.name, cell.get("scope"), cell.get_text()) for cell in row.find_all(["th", "td"])]
        for row in content_of(mail).table.find_all("tr")
    ]

    assert rows == [
        [("th", "row", "Lesdagen"), ("td", None, "18 en 19 maart 2027, Dalfsen")],
        [("th", "row", "Code"), ("td", None, "RT18032027")],
    ]
    assert text_of(mail) == f"Beste {FACTS}\n\n{FACTS}"


def test_an_item_on_each_line_becomes_a_list_after_the_line_that_leads_to_it(monkeypatch):
    monkeypatch.setattr("mail.filling.LISTS", {"other_dates"})
    mail = rendered("<p>{other_dates}</p>", {"other_dates": "U kunt kiezen:\n20 mei\n8 september"})

    assert content_of(mail).p.get_text() == "U kunt kiezen:"
    assert [item.get_text() for item in content_of(mail).ul.find_all("li")] == [
        "20 mei",
        "8 september",
    ]
    assert text_of(mail) == "U kunt kiezen:\n\n- 20 mei\n- 8 september"


def test_lines_that_a_person_typed_are_no_table_and_no_list():
    mail = rendered("<p>{message}</p>", {"message": "Vraag: een\nVraag: twee"})

    assert content_of(mail).find(["table", "ul"]) is None


def test_the_first_address_becomes_the_one_button_and_is_written_out_below():
    addresses = {"pay_url": "https://example.org/b", "status_url": "https://example.org/p"}
    mail = rendered("<p>{pay_url}</p><p>{status_url}</p>", addresses)
    links = [
        (link["class"], link["href"], link.get_text()) for link in content_of(mail).find_all("a")
    ]

    assert links == [
        (["press"], "https://example.org/b", "Naar de betaalpagina"),
        (["link"], "https://example.org/p", "Naar uw inschrijving"),
    ]
    assert content_of(mail).get_text().count("https://") == 1
    assert content_of(mail).find_all("p")[-1].get_text(strip=True).endswith("https://example.org/b")
    assert text_of(mail) == (
        "Naar de betaalpagina\nhttps://example.org/b\n\nNaar uw inschrijving\nhttps://example.org/p"
    )


def test_the_heading_is_the_subject_and_webmail_still_knows_the_language():
    mail = rendered("<p>x</p>", subject="It is <nearly> time", language="en")
    page = BeautifulSoup(mail.html, "html.parser")

    assert [heading.get_text() for heading in page.find_all("h1")] == ["It is <nearly> time"]
    assert page.body.table["lang"] == "en"


def words_of(text):
    return re.sub(r"[\W_]+", " ", text).split()


def test_an_address_on_a_line_of_its_own_becomes_a_link_too(monkeypatch):
    monkeypatch.setattr("mail.placeholders.WITH_ADDRESS", {"asked"})
    mail = rendered("<p>{asked}</p>", {"asked": "Wat vond u ervan?\nhttps://example.org/e"})

    assert content_of(mail).a["href"] == "https://example.org/e"
    assert text_of(mail) == "Wat vond u ervan?\nOpen de pagina\nhttps://example.org/e"


@pytest.mark.parametrize("body", ["<p>Beste {name}</p>", '<p>Beste <a href="{name}">u</a></p>'])
@pytest.mark.parametrize("typed", ["https://evil.example/win", "Noor\nhttps://evil.example/win"])
def test_an_address_that_a_person_typed_never_becomes_a_link(body, typed):
    assert content_of(rendered(body, {"name": typed})).find("a") is None


def test_an_empty_paragraph_is_removed():
    mail = rendered("<p>Een</p><p>{remarks}</p><p>Twee</p>", {"remarks": ""})

    assert text_of(mail) == "Een\n\nTwee"


def test_lists_are_lists_in_text_too():
    mail = rendered("<p>Neem mee:</p><ul><li>schoenen</li><li>water</li></ul><ol><li>een</li></ol>")

    assert text_of(mail) == "Neem mee:\n\n- schoenen\n- water\n\n1. een"


def test_a_plain_default_gets_paragraphs():
    mail = rendered("Beste {name},\n\nEen & twee\ndrie", {"name": "Noor"})

    assert [p.get_text() for p in content_of(mail).find_all("p")] == [
        "Beste Noor,",
        "Een & tweedrie",
    ]
    assert text_of(mail) == "Beste Noor,\n\nEen & twee\ndrie"


def test_links_to_our_pages_get_an_absolute_address(settings, site_tree):
    settings.SITE_URL = "https://www.example.org"
    mail = rendered(
        f'<p><a linktype="page" id="{site_tree.pk}">Start</a> <a href="/faq/">Vragen</a></p>'
    )

    links = [link["href"] for link in content_of(mail).find_all("a")]
    assert links == ["https://www.example.org/", "https://www.example.org/faq/"]


def test_a_subject_is_one_line():
    mail = rendered("<p>x</p>", {"name": "Noor\r\nBcc: eve@example.org"}, subject="Voor {name}")

    assert mail.subject == "Voor Noor Bcc: eve@example.org"


def test_the_footer_has_the_data_of_the_institute(site_tree):
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.create(
        site=site, institute_name="Instituut & Co", street="Dorpsstraat 1", kvk_number="12345678"
    )
    mail = rendered("<p>x</p>")

    assert "Instituut &amp; Co" in mail.html
    assert mail.text.split("-- \n")[1].splitlines()[0] == "Instituut & Co"
    assert "KvK 12345678" in mail.text


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "kind", [kind for kind in kinds.all() if kind.body], ids=lambda kind: kind.key
)
def test_every_default_renders_without_placeholders_images_or_scripts(kind, language, settings):
    settings.SITE_URL = "https://www.example.org"
    mail = rendered(
        kind.body[language], kind.sample_values(), subject=kind.subject[language], language=language
    )
    soup = BeautifulSoup(mail.html, "html.parser")

    assert soup.html["lang"] == language
    assert soup.find_all(["img", "script", "iframe", "link"]) == []
    assert "url(" not in mail.html
    assert {a["href"].split(":")[0] for a in soup.find_all("a")} <= {"https", "mailto"}
    assert [a.get_text() for a in soup.find_all("a") if a.get_text().startswith("http")] == []
    assert [heading.get_text() for heading in soup.find_all("h1")] == [mail.subject]
    assert len(soup.select(".press")) <= 1
    assert "{" not in mail.text
    content = content_of(mail)
    for tag in [content.h1, *content.select("p.soft")]:
        tag.decompose()  # the subject, and the address that the text has behind its words
    addresses = {link["href"] for link in content.find_all("a")}
    said = text_of(mail)
    for address in addresses:
        said = said.replace(address, " ")
    assert words_of(said) == words_of(content.get_text(" "))
