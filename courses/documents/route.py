"""Where the days of a course lie on the drawn running route."""

from itertools import pairwise

SHORT_BREAK = 10  # days; as on the timeline of the page


def stops(days):
    """A fraction (0 to 1) of the route per day: close together, or apart after a break."""
    gaps = [0] + [
        1 if (later - earlier).days < SHORT_BREAK else 8 for earlier, later in pairwise(days)
    ]
    total = sum(gaps) or 1
    so_far, found = 0, []
    for gap in gaps:
        so_far += gap
        found.append(round(0.06 + 0.88 * so_far / total, 4))
    return found
