"""Uploaded files: which are accepted, how they are stored, and why the others are refused."""

import io
import re
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from courses.forms import uploads
from courses.models import Answer, SignUp, Upload
from tests import visitors

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
TYPE = "Choose a PDF, JPEG or PNG file."
BROKEN = "This file cannot be read. Save it again as PDF, JPEG or PNG."
EMPTY = "This file is empty. Choose another one."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def picture(kind="PNG", size=(20, 10), **options):
    written = io.BytesIO()
    Image.new("RGB", size, "green").save(written, kind, **options)
    return written.getvalue()


def office_document():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return written.getvalue()


def accept(name, content, content_type="application/octet-stream"):
    return uploads.UploadField().clean((SimpleUploadedFile(name, content, content_type), ""))


def refusal(name, content):
    with pytest.raises(ValidationError) as refused:
        accept(name, content)
    return refused.value.messages


def in_private_storage(settings):
    root = Path(settings.PRIVATE_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("certificaat.pdf", PDF, "application/pdf"),
        ("Certificaat.PDF", PDF, "application/pdf"),
        ("foto.jpg", picture("JPEG"), "image/jpeg"),
        ("foto.jpeg", picture("JPEG"), "image/jpeg"),
        ("scan.png", picture("PNG"), "image/png"),
    ],
)
def test_documents_and_pictures_are_accepted(name, content, content_type):
    upload = accept(name, content)

    assert (upload.name, upload.content_type) == (name, content_type)
    assert upload.size == upload.file.size


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", HTML, TYPE),
        ("drawing.svg", SVG, TYPE),
        ("code.js", b"alert(1)", TYPE),
        ("tool.exe", b"MZ\x90\x00", TYPE),
        ("letter.docx", office_document(), TYPE),
        ("letter.docm", office_document(), TYPE),
        ("bundle.zip", office_document(), TYPE),
        ("noname", PDF, TYPE),
        ("certificate.pdf.exe", PDF, TYPE),
        ("certificate.exe.pdf", b"MZ\x90\x00", BROKEN),
        ("page.pdf", HTML, BROKEN),
        ("page.png", HTML, BROKEN),
        ("drawing.png", SVG, BROKEN),
        ("picture.jpg", picture("PNG"), BROKEN),
        ("picture.png", picture("JPEG"), BROKEN),
        ("moving.png", picture("GIF"), BROKEN),
        ("half.pdf", PDF[:20], BROKEN),
        ("half.png", picture("PNG", (300, 300))[:60], BROKEN),
        ("empty.pdf", b"", EMPTY),
        ("foto\u202egnp.exe.png", picture("PNG"), TYPE),
    ],
)
def test_anything_else_is_refused_with_a_reason(settings, name, content, message):
    assert refusal(name, content) == [message]
    assert in_private_storage(settings) == []
    assert Upload.objects.count() == 0


@pytest.mark.django_db
def test_a_file_of_eleven_megabytes_is_too_large():
    assert refusal("large.pdf", PDF + b"\0" * 11 * 1024 * 1024) == [
        "This file is larger than 10.0\xa0MB. Choose a smaller one."
    ]


@pytest.mark.django_db
def test_a_decompression_bomb_is_refused():
    written = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(written, "PNG")
    assert len(written.getvalue()) < 100_000

    assert refusal("bomb.png", written.getvalue()) == [BROKEN]


@pytest.mark.django_db
def test_a_picture_is_encoded_again_without_metadata_or_extra_bytes():
    exif = Image.Exif()
    exif[0x010E] = "52.5 N 6.2 E"
    smuggled = picture("JPEG", exif=exif) + HTML

    with accept("foto.jpg", smuggled).file.open() as file:
        kept = file.read()

    assert b"<script" not in kept
    assert b"52.5 N" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 10)


@pytest.mark.django_db
def test_a_picture_is_turned_as_its_metadata_say():
    exif = Image.Exif()
    exif[0x0112] = 6  # a telephone held upright: turn by ninety degrees

    with accept("foto.jpg", picture("JPEG", (40, 20), exif=exif)).file.open() as file:
        kept = Image.open(io.BytesIO(file.read()))

    assert kept.size == (20, 40)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("mijn certificaat.pdf", "mijn_certificaat.pdf"),
        ("a" * 300 + ".pdf", "a" * 96 + ".pdf"),
        ("李.pdf", "李.pdf"),
        ("'; rm -rf ~.pdf", "_rm_-rf_.pdf"),
        ("a\r\nb.pdf", "ab.pdf"),
    ],
)
def test_a_file_name_is_made_safe(settings, sent, kept):
    upload = accept(sent, PDF)

    assert upload.name == kept
    assert re.fullmatch(r"uploads/[0-9a-f]{32}\.pdf", upload.file.name)


@pytest.mark.django_db
def test_files_are_stored_where_no_url_reaches(settings):
    upload = accept("certificaat.pdf", PDF)
    path = Path(upload.file.path)

    assert path.is_relative_to(settings.PRIVATE_ROOT)
    assert not path.is_relative_to(settings.MEDIA_ROOT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(ValueError, match="not accessible via a URL"):
        _ = upload.file.url


def test_an_uploaded_file_survives_an_error_in_another_field(loaded_site, client):
    url = visitors.form_url(SignUp.Kind.ALUMNI)
    file = SimpleUploadedFile("certificaat.pdf", PDF)
    values = visitors.filled_in_by_alumnus(first_name="", q_certificaat=file)

    refused = visitors.send(client, url, values)
    again = visitors.fields_of(visitors.last_form(refused)) | {"first_name": "Lotte"}
    checked = visitors.send(client, url, again)
    done = visitors.send(client, url, visitors.fields_of(visitors.last_form(checked)), "confirm")

    assert refused.status_code == 422
    assert "certificaat.pdf" in refused.content.decode()
    assert "certificaat.pdf" in checked.content.decode()
    assert done.status_code == 302
    answer = Answer.objects.get(key="certificaat")
    assert (answer.value, answer.upload.name) == ("certificaat.pdf", "certificaat.pdf")


def test_a_refused_file_gets_a_message_at_its_field(loaded_site, client):
    file = SimpleUploadedFile("certificaat.html", HTML)
    values = visitors.filled_in_by_alumnus(q_certificaat=file)

    refused = visitors.send(client, visitors.form_url(SignUp.Kind.ALUMNI), values)

    assert refused.status_code == 422
    assert list(visitors.inline_errors(refused)) == ["id_q_certificaat_error"]


def test_a_file_is_claimed_by_one_sign_up_only(loaded_site, client):
    upload = accept("certificaat.pdf", PDF)
    url = visitors.form_url(SignUp.Kind.ALUMNI)
    first = visitors.filled_in_by_alumnus(q_certificaat_kept=str(upload.token))
    second = visitors.filled_in_by_alumnus(
        q_certificaat_kept=str(upload.token), email="ander@example.nl"
    )

    assert visitors.send(client, url, first, "confirm").status_code == 302
    assert visitors.send(client, url, second, "confirm").status_code == 302

    claimed = Answer.objects.exclude(upload=None)
    assert [answer.sign_up.email for answer in claimed] == ["lotte@example.nl"]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "none", "0" * 32, "\x00", "é", "1" * 5000])
def test_an_invalid_token_finds_no_file(token):
    assert uploads.kept_upload(token) is None
