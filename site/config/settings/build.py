"""For a build step, which has no secrets: `manage.py collectstatic`, and nothing else."""

from .base import *

SECRET_KEY = "collects-static-files-and-serves-nobody"
STORAGES = STORAGES | HASHED_STATIC_FILES
