import itertools
import sys
import threading
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from mail import outbox


class OutboxBackend(BaseEmailBackend):
    """For whatever Django, Wagtail and allauth mail: nobody waits for a mail server in a request.

    Staff never see these texts; they are removed once they are sent.
    """

    def send_messages(self, messages):
        for message in messages:
            outbox.queue_for_staff(message, language=get_language() or settings.LANGUAGE_CODE)
        return len(messages)


class ConsoleAndFolderBackend(BaseEmailBackend):
    """Prints mails and writes them to MAIL_FOLDER; for a local installation, which sends none."""

    def __init__(self, *args, stream=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.stream = stream or sys.stdout
        self._lock = threading.Lock()

    def send_messages(self, messages):
        with self._lock:
            for message in messages:
                path = self._write(message)
                self._print(message, path)
        return len(messages)

    def _write(self, message):
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        content = message.message().as_bytes()
        for number in itertools.count(1):
            path = folder / f"{datetime.now():%Y%m%d-%H%M%S}-{number}.eml"
            try:
                with path.open("xb") as file:
                    file.write(content)
            except FileExistsError:
                continue
            return path

    def _print(self, message, path):
        lines = [
            "",
            "-" * 72,
            f"To:      {', '.join(message.to)}",
            f"Subject: {message.subject}",
            *(f"With:    {_name(attachment)}" for attachment in message.attachments),
            f"File:    {path}",
            "",
            message.body.strip(),
            "-" * 72,
            "",
        ]
        self.stream.write("\n".join(lines))
        self.stream.flush()


def _name(attachment):
    return getattr(attachment, "filename", None) or attachment[0]
