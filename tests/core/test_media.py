import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture
def files(settings):
    for name in ("images/a.webp", "original_images/a.jpg", "documents/a.pdf"):
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/images/a.webp", 200),
        ("/media/images/../original_images/a.jpg", 400),
        ("/media/images/%2e%2e/documents/a.pdf", 400),
        ("/media/original_images/a.jpg", 404),
        ("/media/documents/a.pdf", 404),
        ("/media/images/", 404),
    ],
)
def test_only_renditions_are_served(client, site_tree, files, path, status):
    client.raise_request_exception = False
    response = client.get(path)
    response.close()
    assert response.status_code == status


def test_an_image_may_be_shown_in_mail_and_runs_no_code(client, files):
    response = client.get("/media/images/a.webp")
    response.close()
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert "max-age" in response["Cache-Control"]
