"""Telephone numbers among the words that people write with them: “06 12345678 (work)”."""

import re

NUMBER = re.compile(r"\+?\(?\d(?:[\d\s().-]|/(?=\d))*\d")


def numbers_in(text: str) -> list[str]:
    """The numbers in the text as they were typed. Both “0475/12” and each part of it may be one."""
    found = []
    for number in NUMBER.findall(text):
        found += [number, *number.split("/")] if "/" in number else [number]
    return found


def dialled(text: str) -> str:
    """The first number in the text with digits only, for a tel: link; "" if there is none."""
    number = next(iter(numbers_in(text)), "")
    return re.sub(r"[^+\d]", "", number.replace("(0)", ""))
