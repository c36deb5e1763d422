import pytest

from core.sitemap import canonical

pytestmark = pytest.mark.django_db


def test_the_sitemap_uses_site_url_whatever_the_host(client, site_tree, settings):
    settings.SITE_URL = "https://www.example.nl"
    response = client.get("/sitemap.xml", headers={"host": "localhost"})
    assert response.status_code == 200
    assert "<loc>https://www.example.nl/</loc>" in response.text
    assert "localhost" not in response.text
    assert not response.cookies


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000/cursus/", "https://www.example.nl/cursus/"),
        ("/en/?a=1", "https://www.example.nl/en/?a=1"),
    ],
)
def test_canonical_changes_only_the_host(settings, url, expected):
    settings.SITE_URL = "https://www.example.nl"
    assert canonical(url) == expected


def test_robots_names_the_sitemap(client, settings):
    settings.SITE_URL = "https://www.example.nl"
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in response.text
    assert "Sitemap: https://www.example.nl/sitemap.xml" in response.text
