"""What core does after a backup was put back, see core.backups.restoring."""

from django.contrib.sessions.models import Session
from django.db import connection

from core import retention
from core.backups.restoring import erase_again, step

ROOM = 1000  # ids that may have been given out since the backup


@step("sessions", order=20)
def log_everybody_out(since):
    """Who was refused since then must not be logged in again."""
    Session.objects.all().delete()
    yield "everybody is logged out; look through the staff accounts, old ones may be back"


@step("ids", order=30)
def move_ids_on(since):
    """No id that was given out since then is given out again: some are in mails and at the bank."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        move = _move_sqlite if connection.vendor == "sqlite" else _move_postgres
        for table in tables:
            move(cursor, table)
    yield f"the next ids are {ROOM} higher"


@step("erasures", order=50)
def erase(since):
    yield from erase_again()


@step("terms", order=60)
def remove_what_is_over(since):
    yield f"{retention.remove_due().total} rows removed whose term has ended"


def _move_sqlite(cursor, table):
    cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [ROOM, table])
    if not cursor.rowcount:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, ROOM])


def _move_postgres(cursor, table):
    for found in connection.introspection.get_sequences(cursor, table):
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, found["column"]])
        name = cursor.fetchone()[0]
        cursor.execute(f"SELECT setval(%s, last_value + %s) FROM {name}", [name, ROOM])  # noqa: S608
