"""How the parts of a name make one name."""

APOSTROPHES = ("'", "\u2019", "\u02bc")


def full_name(first_name: str, infix: str, last_name: str) -> str:
    """“Noor van der Meer”; an infix that ends in an apostrophe is written on: “Noor d'Hondt”."""
    family = infix + last_name if infix.endswith(APOSTROPHES) else f"{infix} {last_name}"
    return " ".join(f"{first_name} {family}".split())
