import pytest
from django.core.exceptions import ValidationError

from mail import kinds

pytestmark = pytest.mark.anywhere


def make(**given):
    fields = {
        "key": "test_welcome",
        "label": "Welcome again",
        "placeholders": {"name": "name"},
        "subject": {"nl": "Welkom"},
        "body": {"nl": "Beste {name}"},
    }
    return kinds.MailKind(**(fields | given))


def test_a_registered_kind_is_found(kind):
    assert kinds.get("test_welcome") is kind
    assert kinds.find("no such kind") is None
    assert kinds.all().count(kind) == 1


def test_a_key_can_be_registered_once(kind):
    with pytest.raises(ValueError, match="exists already"):
        kinds.register(make())


def test_a_default_with_an_undeclared_placeholder_is_refused():
    with pytest.raises(ValidationError):
        kinds.register(make(key="test_other", body={"nl": "Beste {email}"}))


def test_a_subject_and_body_in_different_languages_are_refused():
    with pytest.raises(ValueError, match="different languages"):
        kinds.register(make(key="test_other", subject={"en": "Welcome"}))


def test_a_placeholder_without_a_sample_shows_its_description():
    kind = make(placeholders={"name": "name", "price": "price"}, samples={"name": "Noor"})

    assert kind.sample_values() == {"name": "Noor", "price": "(price)"}


def test_every_kind_has_both_languages_or_no_default_at_all():
    incomplete = [kind.key for kind in kinds.all() if set(kind.body) not in ({"nl", "en"}, set())]

    assert incomplete == []
