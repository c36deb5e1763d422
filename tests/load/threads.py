"""Runs several functions at the same moment, each with its own connection to the database."""

import threading

from django.db import connections


def at_once(acts):
    """Run all in threads that start together. Returns the result or the exception of each."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(number, act):
        try:
            barrier.wait(30)
            results[number] = act()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
