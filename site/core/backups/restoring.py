"""What happened since a backup was made is put right, or put before staff.

An app registers its steps in `<app>/restoring.py`:

    @step("mails", order=10)
    def hold_back(since): -> lines of text for whoever restores

`since` is the moment of the backup. Each step runs once for a restored backup; one that fails runs
again at the next `after_restore`, so it must be safe to repeat.

An app also says how what was erased is erased again:

    @erases("courses.sign_up")
    def erase(line): -> whether there was something to erase
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from core.backups import erasures
from core.logs import class_and_place
from core.models import Restoration


@dataclass(frozen=True)
class Step:
    """A step after restoring; those with a lower `order` come first."""

    name: str
    run: Callable[[datetime], Iterable[str]]
    order: int


_steps: dict[str, Step] = {}
_erasers: dict[str, Callable[[dict], bool]] = {}


def step(name: str, *, order: int):
    """Register the function as a step. Raises ValueError if the name is taken."""

    def register(function):
        if name in _steps:
            raise ValueError(f"A step named {name!r} exists already.")
        _steps[name] = Step(name, function, order)
        return function

    return register


def erases(kind: str):
    """Register how a row of this kind, as in `erasures.note`, is erased again."""

    def register(function):
        _erasers[kind] = function
        return function

    return register


def steps() -> list[Step]:
    autodiscover_modules("restoring")
    return sorted(_steps.values(), key=lambda step: step.order)


def begin(since: datetime) -> Restoration:
    """Write down that a backup of this moment was put back; once for each moment."""
    return Restoration.objects.get_or_create(since=since)[0]


def put_right(restoration: Restoration) -> Iterable[tuple[str, str]]:
    """Run the steps that have not succeeded yet; yields (name, line), and at last whether all did.

    The rest goes on when one fails.
    """
    for each in steps():
        if each.name in restoration.done:
            continue
        try:
            for line in each.run(restoration.since) or ():
                yield each.name, line
        except Exception as error:
            yield each.name, f"FAILED: {class_and_place(error)}"
            continue
        restoration.done.append(each.name)
        restoration.save(update_fields=["done"])
    if len(restoration.done) == len(steps()):
        restoration.finished_at = timezone.now()
        restoration.save(update_fields=["finished_at"])


def erase_again() -> Iterable[str]:
    """Erase what was erased before, as far as the backup brought it back."""
    erased = sum(
        bool(_erasers[line["kind"]](line)) for line in erasures.noted() if line["kind"] in _erasers
    )
    yield f"{erased} of {len(erasures.noted())} erasures applied again"
