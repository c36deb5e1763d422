import logging

from core import faults
from mail.models import OutgoingMail


def test_an_error_is_mailed_by_another_thread_and_masked(own_database, settings):
    settings.EMAIL_BACKEND = "mail.backends.OutboxBackend"
    settings.ADMINS = [("Beheer", "beheer@example.nl")]
    handler = faults.ErrorMail()
    logger = logging.Logger("made_up")
    logger.addHandler(handler)
    logger.warning("no error")
    logger.error("noor@example.org could not be found")
    logger.error("a second one")
    handler.wait()

    [mail] = OutgoingMail.objects.filter(to="beheer@example.nl")
    assert "[mail] could not be found" in mail.body_text
    assert "noor" not in mail.body_text
