"""How the parts of a name make one name."""

import pytest

from courses.models import SignUp
from courses.values.names import full_name


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("Noor", "van der", "Meer"), "Noor van der Meer"),
        (("Noor", "", "Meer"), "Noor Meer"),
        (("Noor", "d'", "Hondt"), "Noor d'Hondt"),
        (("Noor", "D’", "Hondt"), "Noor D’Hondt"),
        (("Noor", "l'", "Ami"), "Noor l'Ami"),
        (("Noor", "van d'", "Eau"), "Noor van d'Eau"),
        (("Gerard", "'t", "Hooft"), "Gerard 't Hooft"),
        (("Gerard", "in 't", "Veld"), "Gerard in 't Veld"),
        (("", "", ""), ""),
    ],
)
def test_an_infix_that_ends_in_an_apostrophe_is_written_on(parts, whole):
    assert full_name(*parts) == whole
    first_name, infix, last_name = parts
    row = SignUp(first_name=first_name, infix=infix, last_name=last_name)
    assert row.full_name == whole
