import io
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives

from mail.backends import ConsoleAndFolderBackend


@pytest.fixture
def message():
    message = EmailMultiAlternatives("Welkom", "Beste Noor", "from@example.org", ["n@example.org"])
    message.attach("dagen.ics", b"BEGIN", "text/calendar")
    return message


def test_each_mail_becomes_a_file(message, settings):
    backend = ConsoleAndFolderBackend(stream=io.StringIO())

    assert backend.send_messages([message, message]) == 2
    files = sorted(Path(settings.MAIL_FOLDER).glob("*.eml"))
    assert len(files) == 2
    assert message_from_bytes(files[0].read_bytes(), policy=policy.default)["Subject"] == "Welkom"


def test_the_console_shows_recipient_subject_text_and_attachments(message):
    stream = io.StringIO()
    ConsoleAndFolderBackend(stream=stream).send_messages([message])

    shown = stream.getvalue()
    assert "To:      n@example.org" in shown
    assert "Subject: Welkom" in shown
    assert "With:    dagen.ics" in shown
    assert "Beste Noor" in shown
