"""Files that staff upload: only types that cannot run code."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form
from wagtail.models import Collection

from core.models import SiteImage

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
Document = get_document_model()


def office_file():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return written.getvalue()


def picture(kind="PNG"):
    written = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(written, kind)
    return written.getvalue()


def errors(form_class, model, name, content, admin_user):
    collection = Collection.get_first_root_node()
    form = form_class(
        {"title": "Bestand", "collection": collection.pk, "description": "Iets", "tags": ""},
        {"file": SimpleUploadedFile(name, content)},
        instance=model(uploaded_by_user=admin_user),
        user=admin_user,
    )
    return list(form.errors)


@pytest.mark.parametrize("name", ["folder.pdf", "brief.docx", "lijst.xlsx"])
def test_office_documents_are_accepted(admin_user, name):
    content = PDF if name.endswith("pdf") else office_file()

    assert errors(get_document_form(Document), Document, name, content, admin_user) == []


@pytest.mark.parametrize(
    "name", ["page.html", "drawing.svg", "tool.exe", "code.js", "macro.docm", "x.pdf.html", "x"]
)
def test_documents_that_could_run_code_are_refused(admin_user, name):
    assert errors(get_document_form(Document), Document, name, HTML, admin_user) == ["file"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("page.png", HTML),
        ("page.html", HTML),
    ],
)
def test_files_that_are_no_images_are_refused(admin_user, name, content):
    assert errors(get_image_form(SiteImage), SiteImage, name, content, admin_user) == ["file"]


@pytest.mark.parametrize(
    ("name", "shown"), [("folder.pdf", "inline"), ("brief.docx", "attachment")]
)
def test_documents_are_harmless_in_a_browser(db, client, name, shown):
    document = Document.objects.create(title="Bestand", file=ContentFile(PDF, name=name))

    response = client.get(document.url)

    assert response["Content-Disposition"].partition(";")[0] == shown
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    response.close()
