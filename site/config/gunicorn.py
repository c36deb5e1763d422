"""How the Procfile's web process runs. PORT and WEB_CONCURRENCY come from the host."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config import env
from core import logs

env.read_env_file()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 30
graceful_timeout = 30
keepalive = 5
forwarded_allow_ips = ""  # whom to believe about https is said once, by TRUST_PROXY
control_socket_disable = True  # it is controlled by signals of the host only
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (its heartbeat)
limit_request_line = 4094
limit_request_fields = 100

accesslog = None  # core.middleware.RequestLog writes one masked line per request
_production = os.environ["DJANGO_SETTINGS_MODULE"].endswith("production")
logconfig_dict = logs.config(os.environ.get("LOG_FORMAT") or ("json" if _production else "plain"))


class QuietLogger(Logger):
    """With a logconfig_dict gunicorn gathers twenty facts per request for a log nobody keeps."""

    access_log_enabled = False


logger_class = QuietLogger


def post_worker_init(worker):
    """What is loaded by now stays: the collector of garbage need not look through it again."""
    import_module("core.warming").warm_up(worker.wsgi)
    gc.collect()
    gc.freeze()


def on_starting(server):
    """Let faulty settings, or static files that were never collected, stop the master at once,
    with one line instead of one per worker.

    A child process loads them: code that the master imported would survive a reload.
    """
    child = os.fork()
    if child == 0:
        try:
            import_module(os.environ["DJANGO_SETTINGS_MODULE"])
            import_module("core.static_files").stop_unless_collected()
        except SystemExit as stop:
            os._exit(stop.code)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise SystemExit(code)
