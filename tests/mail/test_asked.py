"""What visitors ask for by an address is answered by the worker, and is then gone."""

import pytest

from mail import asked, sending
from mail.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(monkeypatch):
    """The addresses that were answered."""
    answered = []
    monkeypatch.setattr(asked, "_kinds", {})
    asked.register("test_asked", answered.append, "Iemand vraagt iets")
    return answered


def test_the_worker_answers_each_question_once(post, answers, write):
    for address in ("noor@example.nl", "sanne@example.nl"):
        asked.ask("test_asked", address)
    mail = write()
    assert answers == []

    assert [sending.send_due(), sending.send_due()] == [1, 0]

    assert answers == ["noor@example.nl", "sanne@example.nl"]
    assert list(OutgoingMail.objects.all()) == [mail]
    assert post.ids == [mail.message_id]


def test_an_answer_that_fails_is_tried_again_and_holds_up_no_mail(post, monkeypatch, write):
    def fail(address):
        raise OSError("no answer")

    monkeypatch.setattr(asked, "_kinds", {})
    asked.register("test_asked", fail, "Iemand vraagt iets")
    asked.ask("test_asked", "noor@example.nl")
    write()

    assert sending.send_due() == 1

    question = OutgoingMail.objects.get(kind="test_asked")
    assert (question.state, question.attempts) == ("queued", 1)
    assert len(post.ids) == 1


def test_nothing_can_be_asked_that_nobody_answers(answers):
    with pytest.raises(KeyError):
        asked.ask("test_unknown", "noor@example.nl")
    assert not OutgoingMail.objects.exists()
