"""Request an address as a user with a certain role, and return the outcome in one word.

The view is called as the URL resolver finds it, with its decorators, but without middleware and
without rendering: that makes thousands of requests affordable. test_sessions.py tests what the
middleware decides (who is logged in, the second factor).
"""

from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

# The outcomes.
IN, LOGIN, REFUSED, NOT_THERE = "in", "login", "refused", "not there"
NO_SUCH_METHOD = "no such method"

ANONYMOUS, NO_GROUP, SUPERUSER = "anonymous", "no group", "superuser"
GROUPS = ("Teksten", "Cursussen", "Bureau", "Geld", "Eigenaar")
ROLES = (ANONYMOUS, NO_GROUP, *GROUPS, SUPERUSER)

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
requests = RequestFactory()


def make_user(role):
    """A user with this role, one of ROLES."""
    if role == ANONYMOUS:
        return AnonymousUser()
    user = get_user_model().objects.create_user(username=role.replace(" ", "-"))
    user.is_superuser = role == SUPERUSER
    user.save()
    if role in GROUPS:
        user.groups.set([Group.objects.get(name=role)])
    return user


def ask(user, path, method="get"):
    """The outcome of a request. Whatever it wrote is rolled back."""
    request = getattr(requests, method)(path)
    request.user = user
    request.session = SessionStore()
    request._messages = default_storage(request)
    request._dont_enforce_csrf_checks = True
    view, args, kwargs = resolve(path)
    rolled_back = transaction.atomic()
    rolled_back._from_testcase = True  # so that a view may open a durable transaction within
    with rolled_back:
        try:
            response = view(request, *args, **kwargs)
            for (
                close
            ) in response._resource_closers:  # response.close() would end the connection too
                close()
            return outcome(response)
        except PermissionDenied:
            return REFUSED
        except Http404:
            return NOT_THERE
        finally:
            transaction.set_rollback(True)


def outcome(response):
    if response.status_code == 403:
        return REFUSED
    if response.status_code == 404:
        return NOT_THERE
    if response.status_code == 405:
        return NO_SUCH_METHOD
    if response.status_code == 302:
        path = urlsplit(response["Location"]).path
        if path in ("/account/login/", "/admin/login/"):
            return LOGIN
        if path == "/admin/":  # with a message that permission is lacking
            return REFUSED
    return IN
