import pytest

from people.models import PeopleIndexPage, PersonPage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.anywhere,
]  # a page looks up its content type when it is created


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Simon van Woerkom", "SW"),
        ("Bram Bakker", "BB"),
        ("Ayşe", "A"),
        ("Jan-Willem de Vries", "JV"),
        ("Özlem van der Meer", "ÖM"),
        ("李", ""),
    ],
)
def test_initials_leave_out_the_infix(name, initials):
    assert PersonPage(title=name).initials == initials


@pytest.mark.parametrize(
    ("name", "sorted_under"),
    [
        ("Bram Bakker", "Bakker, Bram"),
        ("Simon van Woerkom", "Woerkom, Simon van"),
        ("Ayşe", "Ayşe"),
    ],
)
def test_a_person_is_sorted_under_the_last_name(name, sorted_under):
    person = PersonPage(title=name)
    person.clean()

    assert person.sort_name == sorted_under


def test_staff_can_choose_the_name_to_sort_under():
    person = PersonPage(title="Juan Carlos Ortega Ruiz", sort_name="Ortega Ruiz, Juan Carlos")
    person.clean()

    assert person.sort_name == "Ortega Ruiz, Juan Carlos"


def test_the_index_lists_published_people(loaded_site, client):
    index = PeopleIndexPage.objects.get()
    everybody = list(PersonPage.objects.live())
    everybody[0].unpublish()

    html = client.get(index.url).content.decode()

    assert everybody[0].title not in html.partition("<main")[2].partition("</main")[0]
    assert everybody[1].title in html


def test_a_person_is_described_to_search_engines(loaded_site):
    person = PersonPage.objects.get(slug="bram-bakker")
    [data] = person.structured_data

    assert data["name"] == person.title
    assert data["jobTitle"] == person.profession
    assert data["url"] == f"http://testserver{person.url}"
    assert data["worksFor"]["@id"] == "http://testserver/#institute"
    assert "sameAs" not in data
    assert [row["url"] for row in data["affiliation"]] == [
        block.value["url"] for block in person.links
    ]
