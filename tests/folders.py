"""How many test functions each folder has, so that no folder can vanish unseen."""

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COLLECTED = pytest.StashKey()  # on pytest's config: the counts, before any test is deselected


def count(items):
    """{folder: number of test functions}; the cases of one function count once."""
    functions = {(item.path, item.originalname) for item in items}
    return Counter(str(path.parent.relative_to(ROOT)) for path, _name in functions)
