"""What the middleware decides: users who are disabled, demoted, or without a second factor."""

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse

from core.middleware import SecondFactor
from tests.access import addresses, asking, things
from tests.access.asking import IN, LOGIN, REFUSED

pytestmark = pytest.mark.anywhere


def found(client, path):
    return asking.outcome(client.get(path))


def test_disabling_a_user_ends_every_session_at_the_next_request(browser, made, people):
    first, second = browser("Bureau"), browser("Bureau")
    path = reverse("sign_ups:inspect", args=[made.sign_up.pk])
    assert (found(first, path), found(second, path)) == (IN, IN)
    people["Bureau"].is_active = False
    people["Bureau"].save()
    assert (found(first, path), found(second, path)) == (LOGIN, LOGIN)
    people["Bureau"].is_active = True  # all tests share this user


def test_a_change_of_group_takes_effect_at_once(browser, made, people):
    client = browser("Geld")
    refunds, outbox = reverse("refunds:pay_back", args=[made.refund.pk]), reverse("outbox:index")
    assert (found(client, refunds), found(client, outbox)) == (IN, REFUSED)
    people["Geld"].groups.set([Group.objects.get(name="Bureau")])
    assert (found(client, refunds), found(client, outbox)) == (REFUSED, IN)
    people["Geld"].groups.clear()
    assert found(client, outbox) == LOGIN


def test_without_a_second_factor_no_page_of_the_cms_opens(made, people, settings):
    """For a user who has only typed the right password; the middleware looks at the path alone."""
    settings.REQUIRE_SECOND_FACTOR = True
    guard = SecondFactor(lambda request: pytest.fail(f"{request.path} opened"))
    paths = {things.path(made, address) for address in addresses.site_addresses()}
    of_the_cms = [path for path in paths if path.startswith("/admin/")]
    assert len(of_the_cms) > 300
    for path in of_the_cms:
        for method in (RequestFactory().get, RequestFactory().post):
            request = method(path)
            request.user = people["Eigenaar"]
            assert guard(request).url == "/account/2fa/?required=1"
