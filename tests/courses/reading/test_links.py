import hashlib

import pytest

from courses.models import SignUp
from courses.models.sign_ups import new_nonce
from courses.reading import links
from tests import factories

pytestmark = pytest.mark.django_db

NEW_KEY = "a-new-secret-key-" + "y" * 50


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def test_the_link_opens_the_sign_up_and_can_be_derived_again(taken):
    token = links.token(SignUp.objects.get())
    assert links.find_sign_up(token) == taken
    assert links.token(taken) == token
    assert links.status_path(taken) == f"/inschrijving/{token}/"
    assert links.status_url(taken) == f"http://testserver/inschrijving/{token}/"


def test_the_link_is_in_the_language_of_the_person(event):
    taken = factories.sign_up(event, language="en")
    assert links.status_path(taken) == f"/en/sign-up/{links.token(taken)}/"


def test_the_database_does_not_hold_the_token(taken):
    token = links.token(taken)
    assert len(token) == 43  # 256 bits
    values = [str(value) for value in SignUp.objects.values().get().values()]
    assert token not in "\n".join(values)
    assert hashlib.sha256(token.encode()).hexdigest() in values


def test_a_changed_or_invented_token_opens_nothing(taken):
    token = links.token(taken)
    other = "A" if token[0] != "A" else "B"
    for wrong in (other + token[1:], token[:-1], token + "A", token.swapcase(), "", "\ud800", "é"):
        assert links.find_sign_up(wrong) is None


def test_each_sign_up_has_its_own_link(taken, event):
    assert links.token(factories.sign_up(event)) != links.token(taken)


def test_a_new_nonce_revokes_the_old_link(taken):
    old = links.token(taken)
    taken.token_nonce = new_nonce()
    new = links.issue(taken)
    taken.save()
    assert links.find_sign_up(old) is None
    assert links.find_sign_up(new) == taken


def test_links_survive_a_new_secret_key_while_the_old_one_is_a_fallback(taken, settings):
    token, old = links.token(taken), settings.SECRET_KEY
    settings.SECRET_KEY = NEW_KEY
    settings.SECRET_KEY_FALLBACKS = [old]
    assert links.token(taken) == token
    assert links.find_sign_up(token) == taken


def test_without_a_fallback_a_new_link_takes_the_place_of_the_old_one(taken, event, settings):
    old, other = links.token(taken), factories.sign_up(event)
    kept = links.token(other)
    settings.SECRET_KEY = NEW_KEY

    new = links.token(SignUp.objects.get(pk=taken.pk))

    assert links.token(taken) == new  # also for whoever had read the row before
    assert links.find_sign_up(new) == taken
    assert links.find_sign_up(old) is None
    assert links.find_sign_up(kept) == other
