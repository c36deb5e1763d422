"""What waits for staff: apps contribute lines, the start page of the CMS shows them.

An app registers a function with the hook `staff_to_do`:

    @hooks.register("staff_to_do")
    def refunds_to_decide(user): -> iterable of ToDo and Waiting

It yields only what `user` may solve, in a fixed number of queries, however much there is. Where a
count of rows will do, it yields a `Waiting`: those of all apps are counted in one query.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Value
from wagtail import hooks

HOOK = "staff_to_do"


@dataclass(frozen=True)
class ToDo:
    """A line of the list: `number` things of one kind, and the page where they are solved.

    `label` follows the number (“3 admissions to judge”). The list is sorted by `order`, most urgent
    first. `icon` is one of Wagtail's.
    """

    label: str
    number: int
    url: str
    order: int = 500
    icon: str = "tasks"


@dataclass(frozen=True)
class Waiting:
    """A line whose number is the count of `rows`, a queryset without annotations.

    `label(number)` returns the words that follow the number. The rest is as in ToDo.
    """

    rows: QuerySet
    label: Callable[[int], str]
    url: str
    order: int = 500
    icon: str = "tasks"

    def counted(self, number):
        return ToDo(self.label(number), number, self.url, self.order, self.icon)


def for_user(user):
    """[ToDo] of everything that waits for this person, most urgent first, none with number 0."""
    asked = [item for ask in hooks.get_hooks(HOOK) for item in ask(user)]
    waiting = [item for item in asked if isinstance(item, Waiting)]
    numbers = counts([item.rows for item in waiting])
    found = [item for item in asked if isinstance(item, ToDo)]
    found += [item.counted(number) for item, number in zip(waiting, numbers, strict=True)]
    return sorted((item for item in found if item.number), key=lambda item: item.order)


def counts(questions):
    """The number of rows of each of these querysets, as a list, in one query."""
    if not questions:
        return []
    first, *others = [
        rows.order_by()
        .annotate(question=Value(number))
        .values("question")
        .annotate(number=Count("pk"))
        .values_list("question", "number")
        for number, rows in enumerate(questions)
    ]
    found = dict(first.union(*others, all=True))
    return [found.get(number, 0) for number in range(len(questions))]
