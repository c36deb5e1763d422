"""Uploaded files: which are accepted, how they are stored, and why the others are refused."""

import io
import re
import stat
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses.forms import uploads
from courses.models import Answer, SignUp, Upload
from tests import visitors
from tests.courses.forms.storing import ALUMNI, accept, in_private_storage, send_file
from tests.odd_files import BLANK as BLANK_FILES
from tests.odd_files import BROKEN as BROKEN_FILES
from tests.odd_files import HTML, PDF, PDFS, PICTURES, SECRET, drawing, large_photo, written

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


TYPE = "Choose a PDF or a picture: JPEG, PNG, WebP or HEIC."


BROKEN = "This file cannot be read. Save it again as PDF, JPEG or PNG."


BLANK = "Nothing can be seen on this picture: it has one colour. Take it again, or save it as PDF."


EMPTY = "This file is empty. Choose another one."


def picture(kind="PNG", **options):
    return written(drawing(), kind, **options)


def kept_of(upload):
    with upload.file.open() as file:
        return file.read()


def office_document():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    return written.getvalue()


def refusal(name, content):
    with pytest.raises(ValidationError) as refused:
        accept(name, content)
    return refused.value.messages


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "kept", "content_type"),
    [
        ("certificaat.pdf", PDF, "certificaat.pdf", "application/pdf"),
        ("Certificaat.PDF", PDF, "Certificaat.PDF", "application/pdf"),
        ("foto.jpg", picture("JPEG"), "foto.jpg", "image/jpeg"),
        ("foto.jpeg", picture("JPEG"), "foto.jpeg", "image/jpeg"),
        ("scan.png", picture("PNG"), "scan.png", "image/png"),
        ("foto.jpg", picture("PNG"), "foto.png", "image/png"),
        ("scan.png", picture("JPEG"), "scan.jpg", "image/jpeg"),
        ("IMG_0012.HEIC", picture("HEIF"), "IMG_0012.jpg", "image/jpeg"),
        ("foto.jfif", picture("JPEG"), "foto.jfif", "image/jpeg"),
        ("noname", PDF, "noname.pdf", "application/pdf"),
        ("???", PDF, "file.pdf", "application/pdf"),
        ("certificate.pdf.exe", PDF, "certificate.pdf.exe.pdf", "application/pdf"),
        ("foto\u202egnp.exe.png", picture("PNG"), "fotognp.exe.png", "image/png"),
    ],
)
def test_a_file_is_judged_by_its_content_and_named_after_it(name, content, kept, content_type):
    upload = accept(name, content)

    assert (upload.name, upload.content_type) == (kept, content_type)
    assert upload.size == upload.file.size


@pytest.mark.django_db
@pytest.mark.parametrize("odd", PICTURES)
def test_a_picture_in_any_form_is_kept_as_it_looks_and_without_what_is_hidden_in_it(odd):
    kept = kept_of(accept(*PICTURES[odd]))

    with Image.open(io.BytesIO(kept)) as image:
        grey = image.convert("L")
        assert (grey.getpixel((50, 30)) < 64, grey.getpixel((75, 75)) > 192) == (True, True)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert dict(image.getexif()) == {}
    assert SECRET not in kept
    assert HTML not in kept


@pytest.mark.django_db
@pytest.mark.parametrize("odd", PDFS)
def test_a_pdf_that_readers_open_is_kept_as_it_is(odd):
    name, content = PDFS[odd]
    upload = accept(name, content)

    assert kept_of(upload) == content
    assert (upload.name, upload.content_type) == ("certificaat.pdf", "application/pdf")


@pytest.mark.django_db
@pytest.mark.parametrize("odd", BROKEN_FILES)
def test_a_broken_file_is_refused_in_words_and_not_stored(settings, odd):
    refused = refusal(*BROKEN_FILES[odd])

    assert len(refused) == 1
    assert in_private_storage(settings) == []
    assert Upload.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("odd", BLANK_FILES)
def test_a_picture_on_which_nothing_can_be_seen_is_refused(settings, odd):
    assert refusal(*BLANK_FILES[odd]) == [BLANK]
    assert in_private_storage(settings) == []


@pytest.mark.django_db
def test_a_photo_of_fifty_megapixels_is_scaled():
    kept = kept_of(accept("foto.jpg", large_photo()))

    with Image.open(io.BytesIO(kept)) as image:
        assert max(image.size) == 4000


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
        ("moving.gif", picture("GIF"), TYPE),
        ("scan.tiff", picture("TIFF"), TYPE),
        ("certificate.exe.pdf", b"MZ\x90\x00", BROKEN),
        ("page.pdf", HTML, BROKEN),
        ("page.png", HTML, BROKEN),
        ("drawing.png", SVG, BROKEN),
        ("moving.png", picture("GIF"), BROKEN),
        ("half.pdf", PDF[:20], BROKEN),
        ("far.pdf", b" " * 1024 + PDF, BROKEN),
        ("empty.pdf", b"", EMPTY),
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
    name, bomb = BROKEN_FILES["png bomb"]
    assert len(bomb) < 100_000

    assert refusal(name, bomb) == ["This picture has too many pixels to be read. Save it smaller."]


@pytest.mark.django_db
def test_a_picture_is_turned_as_its_metadata_say():
    exif = Image.Exif()
    exif[0x0112] = 6  # a telephone held upright: turn by ninety degrees

    kept = kept_of(accept("foto.jpg", picture("JPEG", exif=exif)))

    assert Image.open(io.BytesIO(kept)).size == (80, 120)


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


# --- What strangers can store ---


@pytest.mark.parametrize("odd", ["png with alpha, grey", "heic"])
def test_the_check_page_shows_the_picture_as_it_was_kept(loaded_site, client, odd):
    name, content = PICTURES[odd]
    file = SimpleUploadedFile(name, content)
    values = visitors.filled_in_by_alumnus(q_certificaat=file)

    checked = visitors.send(client, visitors.form_url(ALUMNI), values)

    shown = visitors.soup(checked).select_one(".answers__file")
    upload = Upload.objects.get()
    assert upload.name in shown.get_text()
    with urlopen(shown.img["src"]) as picture, Image.open(io.BytesIO(picture.read())) as image:
        grey = image.convert("L")
        assert (grey.getpixel((50, 30)) < 64, grey.getpixel((75, 75)) > 192) == (True, True)
    assert "img-src 'self' data:" in checked["Content-Security-Policy"]


def test_the_check_page_says_what_a_pdf_is_called_and_how_large_it_is(loaded_site, client):
    shown = visitors.soup(send_file(client)).select_one(".answers__file")

    assert " ".join(shown.get_text().split()) == f"certificaat.pdf ({len(PDF)} bytes)"
    assert shown.img is None
