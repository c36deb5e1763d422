"""The application that gunicorn serves; production unless DJANGO_SETTINGS_MODULE says otherwise."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.env import read_env_file

read_env_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from wagtail.contrib.routable_page.models import RoutablePageMixin  # noqa: E402  (models need apps)
from wagtail.models import get_page_models  # noqa: E402

# Import all views now, in one thread. Left to the first requests, several threads would import
# modules that refer to each other, and one of them could meet a module that is only half there.
_ = get_resolver().url_patterns

# The same for the addresses below a page: the first request of each process builds them from the
# class while other threads write on it ("dictionary changed size during iteration", a 500).
for model in get_page_models():
    if issubclass(model, RoutablePageMixin):
        model.get_resolver()
