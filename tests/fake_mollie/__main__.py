"""python -m tests.fake_mollie --port 9400: try the site by hand against the fake."""

import argparse
import sys
import time

from . import FakeMollie

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--port", type=int, default=9400)
with FakeMollie(parser.parse_args().port) as mollie:
    told = (
        f"MOLLIE_API_URL={mollie.url} MOLLIE_API_KEY=test_made-up MOLLIE_WEBHOOK_SECRET={'x' * 32}"
    )
    sys.stdout.write(f"{told} make run\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
