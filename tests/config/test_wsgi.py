import gc
import logging
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.glogging import Logger

pytestmark = pytest.mark.anywhere

UNREADY = """
import config.wsgi
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import get_page_models
found = [model for model in get_page_models() if issubclass(model, RoutablePageMixin)]
print(len(found), [m.__name__ for m in found if "_routablepage_urlresolver" not in m.__dict__])
"""


def test_routes_of_pages_are_built_before_the_first_request(tmp_path):
    """Wagtail builds them without a lock: of threads that do so together, one may fail."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "ENV_FILE": os.devnull,
        "VAR_ROOT": str(tmp_path),
        "PYTHONPATH": str(Path(settings.BASE_DIR) / "site"),
    }
    done = subprocess.run(
        [sys.executable, "-c", UNREADY],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    number, unready = done.stdout.strip().split(" ", 1)
    assert int(number) >= 3
    assert unready == "[]"


def test_a_worker_gathers_nothing_for_an_access_log(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    wanted = runpy.run_path(str(Path(settings.BASE_DIR) / "site/config/gunicorn.py"))
    config = Config()
    config.set("logconfig_dict", wanted["logconfig_dict"])
    before = logging.root.handlers[:], logging.root.level
    try:
        enabled = [kind(config).access_log_enabled for kind in (Logger, wanted["logger_class"])]
    finally:
        logging.root.handlers, logging.root.level = before

    assert enabled == [True, False]


def test_what_a_worker_loaded_is_not_looked_through_again():
    wanted = runpy.run_path(str(Path(settings.BASE_DIR) / "site/config/gunicorn.py"))
    before = gc.get_freeze_count()
    new = [[] for _number in range(1000)]
    wanted["post_worker_init"](SimpleNamespace(wsgi=lambda environ, start_response: []))

    assert gc.get_freeze_count() - before >= len(new)
