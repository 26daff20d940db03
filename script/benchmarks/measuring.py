"""One job against a reference: one JSON line."""

import json
import time
import tracemalloc
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def measure(work: Callable[[], object]) -> tuple[float, int, float]:
    """Seconds, queries and peak MiB of Python memory of one call."""
    tracemalloc.start()
    with CaptureQueriesContext(connection) as captured:
        begin = time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
    peak = tracemalloc.get_traced_memory()[1] / 1048576
    tracemalloc.stop()
    return seconds, len(captured), peak


def line(job: str, size: int, work: Callable[[], object], reference: str, other: Callable[[], object]) -> None:
    """Run a job and its reference, and print the line."""
    reference_seconds, _queries, _peak = measure(other)
    seconds, queries, peak = measure(work)
    row = {
        "job": job, "size": size, "seconds": round(seconds, 4), "reference": reference, "reference_seconds": round(reference_seconds, 4),
        "ratio": round(seconds / reference_seconds, 2), "queries": queries, "peak_mib": round(peak, 1),
    }  # fmt: skip
    print(json.dumps(row, ensure_ascii=False), flush=True)
