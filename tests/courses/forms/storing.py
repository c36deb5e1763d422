"""Files as people send them, and where they are kept."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.forms import uploads
from courses.models import SignUp
from tests import visitors
from tests.odd_files import PDF

ALUMNI = SignUp.Kind.ALUMNI


def accept(name, content, content_type="application/octet-stream"):
    return uploads.UploadField().clean((SimpleUploadedFile(name, content, content_type), ""))


def in_private_storage(settings):
    root = Path(settings.PRIVATE_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file())


def send_file(client, step="check", **changes):
    file = SimpleUploadedFile("certificaat.pdf", PDF)
    values = visitors.filled_in_by_alumnus(q_certificaat=file, **changes)
    return visitors.send(client, visitors.form_url(ALUMNI), values, step)
