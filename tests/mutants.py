"""Change the code of some files bit by bit, and see whether a test notices: `make mutants`.

    make mutants FILES=courses/domain/seats.py
    make mutants FILES=site/mail/trail.py TESTS=tests/mail/test_webhooks.py

Without TESTS the tests named after the file are run, in whatever folder they are. Whatever survives
is listed with its difference: write the test that it lacks, or say why nobody could tell.

mutmut changes the bodies of functions. It leaves decorators alone, so `@private`, `@atomic` and
permissions have to be tried by hand.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut import configuration
from mutmut.utils import format_utils

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "mutants"
MARKS = "not slow and not browser and not postgres"
# `site` is a folder on sys.path, not a package: what mutmut calls site.mail is imported as mail.
FOLDERS = ("src.", "site.")


def tests_of(files):
    """The tests named after these files."""
    found = {path for file in files for path in (ROOT / "tests").rglob(f"test_{file.stem}*.py")}
    return sorted(str(path.relative_to(ROOT)) for path in found)


def settings_for(files, tests):
    """What mutmut would read from pyproject.toml."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    tops = sorted({line.partition("/")[0] for line in tracked.stdout.decode().splitlines()})
    sources = sorted({file.parts[0] for file in files})
    return {
        "source_paths": sources,
        "only_mutate": [str(file) for file in files],
        "also_copy": [top for top in tops if top not in sources],
        "pytest_add_cli_args": ["-p", "no:randomly", "-m", MARKS],
        "pytest_add_cli_args_test_selection": tests,
        "use_git_change_detection": False,
    }


def without_folder(text, *, prefix, strict=False):
    """mutmut's `strip_prefix`, which also knows of `site`."""
    if prefix == "src.":
        prefix = next((folder for folder in FOLDERS if text.startswith(folder)), prefix)
    return _strip_prefix(text, prefix=prefix, strict=strict)


_strip_prefix = format_utils.strip_prefix


def main(files, tests):
    os.chdir(ROOT)
    shutil.rmtree(WORK, ignore_errors=True)
    os.environ["VAR_ROOT"] = str(WORK / "var")
    settings = settings_for(files, tests or tests_of(files))
    configuration._config_reader, configuration._config = lambda: settings.get, None
    format_utils.strip_prefix = without_folder
    mutmut.cli.main(["run"], standalone_mode=False)
    mutmut.cli.main(["results"], standalone_mode=False)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]], os.environ.get("TESTS", "").split())
