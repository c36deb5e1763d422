import time

from django.core.management.commands import migrate
from django.db import OperationalError, connections

TRIES = 30
LOCK_WAIT = "2s"
PAUSE = 2.0
LOCKED = ("55P03", "40P01")  # the lock was not to be had in time, or not without a deadlock


class Command(migrate.Command):
    """Django's `migrate`, beside a site that goes on.

    The site's limits would cut a long change of a table off half-way, so there is none here. But
    while a change waits for its lock, every reader waits behind it: it gives up after two seconds,
    lets them pass and tries again. What was applied stays; what was not is tried from its start, so
    a migration is one transaction, or without one may be repeated.
    """

    def handle(self, *args, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        limits = {
            "statement_timeout": "0",
            "idle_in_transaction_session_timeout": "0",
            "lock_timeout": LOCK_WAIT,
        }
        _set(connection, limits)
        try:
            return self._patiently(*args, **options)
        finally:
            _set(connection, dict.fromkeys(limits, "DEFAULT"))

    def _patiently(self, *args, **options):
        for left in reversed(range(TRIES)):
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in LOCKED or not left:
                    raise  # not the lock, or too often
                self.stderr.write("A table is in use; the change lets others pass and tries again.")
                time.sleep(PAUSE)
        return None


def _set(connection, limits):
    with connection.cursor() as cursor:
        for name, value in limits.items():
            cursor.execute(f"SET {name} TO {value if value == 'DEFAULT' else repr(value)}")
