import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Use the language of the code, so that a reworded translation breaks nothing here."""
    with translation.override("en"):
        yield
