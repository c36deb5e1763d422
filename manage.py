#!/usr/bin/env python
"""The project's command line: `python manage.py help`."""

import os
import sys
from pathlib import Path

# site/ is a folder on the path, never a package: `site` is a module of the standard library.
sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))


def main():
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (site/ first)

    from config.env import read_env_file  # noqa: PLC0415  (as above)

    read_env_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
