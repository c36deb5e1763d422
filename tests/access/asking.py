"""Ask an address as somebody, and say in one word what came of it.

The view is called as the URL resolver finds it, with its decorators, but without middleware and
without rendering: that makes thousands of questions affordable. What the middleware decides (who is
logged in, the second factor) is asked for apart, in test_sessions.py.
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

# What can come of it.
IN, LOGIN, REFUSED, NOT_THERE = "in", "login", "refused", "not there"
NO_SUCH_METHOD = "no such method"

ANONYMOUS, NO_GROUP, SUPERUSER = "anonymous", "no group", "superuser"
GROUPS = ("Teksten", "Cursussen", "Bureau", "Geld", "Eigenaar")
ROLES = (ANONYMOUS, NO_GROUP, *GROUPS, SUPERUSER)

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
requests = RequestFactory()


def somebody(role):
    if role == ANONYMOUS:
        return AnonymousUser()
    user = get_user_model().objects.create_user(username=role.replace(" ", "-"))
    user.is_superuser = role == SUPERUSER
    user.save()
    if role in GROUPS:
        user.groups.set([Group.objects.get(name=role)])
    return user


def ask(user, path, method="get"):
    """What comes of it. Whatever it wrote is taken back."""
    request = getattr(requests, method)(path)
    request.user = user
    request.session = SessionStore()
    request._messages = default_storage(request)
    request._dont_enforce_csrf_checks = True
    view, args, kwargs = resolve(path)
    taken_back = transaction.atomic()
    taken_back._from_testcase = True  # so that a view may open what must be the outermost one
    with taken_back:
        try:
            response = view(request, *args, **kwargs)
            for close in response._resource_closers:  # its close() would end the connection too
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
        if path == "/admin/":  # with “you have no permission”
            return REFUSED
    return IN
