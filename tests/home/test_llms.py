import re

import pytest

pytestmark = pytest.mark.anywhere


def test_it_lists_the_main_pages_and_the_feeds_of_each_language(english_site, client):
    response = client.get("/llms.txt")
    text = response.text

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert text.startswith("# Runningtherapie.nl\n\n> ")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Nederlands",
        "## English",
        "## Sitemap",
    ]
    paths = re.findall(r"\(http://testserver(.*?)\)", text)
    assert len(paths) == len(set(paths))
    assert {"/cursus/runningtherapie/", "/en/course/", "/cursus/agenda.json", "/sitemap.xml"} <= {
        *paths
    }
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert "rt21" not in text.lower()  # dates are in the feeds
