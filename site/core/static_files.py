"""Static files by the hash of their content, also while two releases are about."""

import re
import sys

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from whitenoise.middleware import WhiteNoiseMiddleware

HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
STOP_CODE = 3  # as config.env: gunicorn gives up instead of starting the process for ever


class StaticFiles(WhiteNoiseMiddleware):
    """Answers for a hash of another release with the file as it is now, for a minute.

    A page that was opened or cached before a release, or came from a process that was not replaced
    yet, keeps its look: on many hosts each release has a disk of its own.
    """

    def __call__(self, request):
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files and HASH.search(path):
            static_file = self.files.get(HASH.sub("", path))
            if static_file is not None:
                return self.serve(static_file, request)
        return super().__call__(request)


def stop_unless_collected():
    """End the process with one line if `collectstatic` never ran for this STATIC_ROOT."""
    if _hashed_files() == {}:
        _stop("there are no static files")


def stop_if_outdated():
    """The same if a file of this release is not among them. Needs the apps to be loaded."""
    known = _hashed_files()
    if known is None:
        return
    left_out = apps.get_app_config("staticfiles").ignore_patterns  # by collectstatic
    for finder in finders.get_finders():
        for path, _storage in finder.list(left_out):
            if path.replace("\\", "/") not in known:
                _stop(f"the static files are those of another release ({path} is missing)")


def _hashed_files():
    """{path: path with hash}, or None where pages name files without one."""
    return getattr(staticfiles_storage, "hashed_files", None)


def _stop(why):
    where = f"STATIC_ROOT ({settings.STATIC_ROOT})"
    line = f"Cannot start: in {where} {why}. Run “manage.py collectstatic --noinput”."
    sys.stderr.write(line + "\n")
    raise SystemExit(STOP_CODE)
