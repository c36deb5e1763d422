"""The layout of the house: what import-linter and ruff do not see."""

import ast
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.conf import settings

from tests import folders

pytestmark = pytest.mark.anywhere

ROOT = Path(settings.BASE_DIR)
APPS = ("config", "core", "mail", "people", "faq", "courses", "home", "search")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LEAST = ROOT / "tests" / "least.txt"


def product_files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [path for path in listed.stdout.split() if not path.startswith("tests/")]
    return [ROOT / path for path in files if "/migrations/" not in path and (ROOT / path).exists()]


def lint_imports(folder):
    environment = {"PYTHONPATH": f"{folder}:{folder}/site", "HOME": str(folder)}
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    """The product's own code without anything else, to be spoilt."""
    for path in product_files():
        target = tmp_path / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("courses/models/rosters.py", "from courses.reading import events", "layers of courses"),
        ("courses/reading/told.py", "from courses.domain import rosters", "layers of courses"),
        ("courses/loose.py", "", "layers of courses"),
        ("site/core/once.py", "from faq import models", "apps below them"),
        ("courses/views/status.py", "from courses.gateways import mollie", "payment provider"),
    ],
)
def test_an_import_upwards_breaks_a_contract(copy, path, line, contract):
    with (copy / path).open("a") as file:
        file.write(f"\n{line}\n")

    result = lint_imports(copy)

    broken = [said for said in result.stdout.splitlines() if said.endswith("BROKEN")]
    assert result.returncode == 1
    assert [contract in said for said in broken] == [True]


def test_no_two_files_import_each_other_in_a_circle():
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    try:
        graph = grimp.build_graph(*APPS, exclude_type_checking_imports=True, cache_dir=None)
    finally:
        del sys.path[:2]
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_file_is_too_long():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in product_files()
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    found = {}
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found[f"{path.relative_to(ROOT)}:{node.name}"] = lines

    assert found == {}


def test_no_folder_of_tests_has_vanished(request):
    """As many test functions are collected as `tests/least.txt` says, in each folder."""
    if request.config.option.file_or_dir:
        pytest.skip("only a run of all tests collects them all")
    lines = [line.split() for line in LEAST.read_text().splitlines() if not line.startswith("#")]
    least = {folder: int(number) for folder, number in lines}

    counted = request.config.stash[folders.COLLECTED]

    assert {
        folder: counted.get(folder, 0)
        for folder, number in least.items()
        if counted.get(folder, 0) < number
    } == {}
    assert sorted(counted) == sorted(least)
