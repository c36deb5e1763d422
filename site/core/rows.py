"""For jobs that work through rows: one bad row does not keep the others from their turn."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from core.logs import class_and_place

MOST_IN_A_ROW = 10  # then it is not the rows: the database is away, or the code is wrong

logger = logging.getLogger(__name__)


def work_through(rows: Iterable[Any], step: Callable[[Any], Any], *, name: str) -> list[Any]:
    """[step(row)] of the rows for which it did not fail.

    Each failure is logged, with `name` and the row's id. The last one is raised when all had their
    turn, so that the job counts as failed and comes back soon; after ten failures in a row it is
    raised at once. Call it outside a transaction; `step` opens its own.
    """
    done, trouble, in_a_row = [], None, 0
    for row in rows:
        try:
            done.append(step(row))
        except Exception as error:
            logger.error("%s %s: %s", name, getattr(row, "pk", row), class_and_place(error))
            trouble, in_a_row = error, in_a_row + 1
            if in_a_row == MOST_IN_A_ROW:
                break
        else:
            in_a_row = 0
    if trouble is not None:
        raise trouble
    return done
