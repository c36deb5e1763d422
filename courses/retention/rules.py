"""How a rule of courses is registered: each row is removed by the verb that knows what it holds."""

from core import retention
from core.retention import Rule


def _each(verb, due):
    """A `Rule.remove` that calls `verb` for each row, which checks again whether it is due."""

    def remove(keys, now):
        return sum(verb(pk, now, due(now)) for pk in keys)

    return remove


def rule(key, *, due, verb, **facts):
    """Register a rule. `due` is (rows, over), `verb(pk, now, due)` removes what a row holds."""
    rows, over = due
    remove = _each(verb, lambda now: rows().filter(over(now)))
    retention.register(Rule(key=key, rows=rows, over=over, remove=remove, at_once=1, **facts))
