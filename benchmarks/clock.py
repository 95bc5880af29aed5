"""Timing, and the table of results."""

import statistics
import time


def timed(function):
    """Seconds that a call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def median(function, times=5):
    """Median of the seconds of several calls."""
    return statistics.median(timed(function) for _ in range(times))


def spell(seconds):
    """Seconds in a unit that fits."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1000 * seconds:.{1 if seconds < 0.1 else 0}f} ms"


class Table:
    """What the addon takes beside what the same takes without it."""

    def __init__(self):
        self.rows = []

    def add(self, what, seconds, limit=None, note=""):
        """One measurement; printed at once, so that one sees how far it is.

        :param limit: seconds of what it is compared with
        """
        ratio = f"{seconds / limit:.2f}" if limit else ""
        row = (what, spell(seconds), spell(limit) if limit else "", ratio, note)
        self.rows.append(row)
        print(f"bench: {' | '.join(row)}", flush=True)

    def markdown(self):
        """The table in Markdown."""
        head = ("what", "with the addon", "limit", "ratio", "the limit is")
        rule = ("---", "---:", "---:", "---:", "---")
        return "\n".join("| " + " | ".join(r) + " |" for r in (head, rule, *self.rows))
