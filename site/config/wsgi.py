"""The WSGI application; with production settings unless DJANGO_SETTINGS_MODULE is set."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.env import read_env_file

read_env_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
site = get_wsgi_application()

from wagtail.contrib.routable_page.models import RoutablePageMixin  # noqa: E402  (models need apps)
from wagtail.models import get_page_models  # noqa: E402

from core import static_files  # noqa: E402  (as above)
from core.kept.layer import KeptPages  # noqa: E402  (as above)

static_files.stop_if_outdated()

# Import all views now, in one thread. If the first requests did it, several threads would import
# modules that refer to each other, and one could see a module that is only half loaded.
_ = get_resolver().url_patterns

# The same for the addresses below a page: the first request of a process builds them from the
# attributes of the class while other threads add some, which fails with “dictionary changed size
# during iteration”.
for model in get_page_models():
    if issubclass(model, RoutablePageMixin):
        model.get_resolver()

application = KeptPages(site)
