"""`python manage.py shell < tests/members/scans/confusion.py` is not needed: `table(form, …)` gives the confusion of a set."""

from collections import Counter

from PIL import Image

from members.scans.reading import ScanReading, read_scan
from tests.members.scans.generate import Case, cases

EXPECTED = {"sealed": "found", "unsealed": "not_found", "grey": "grey"}


def read(case: Case, **wanted: object) -> ScanReading:
    """The machine's reading of a case."""
    return read_scan(case.pages, **wanted)  # type: ignore[arg-type]


def right(case: Case, reading: ScanReading) -> bool:
    """Sealed is found, unsealed is not, grey is told as grey; and all pages and this application are seen. A doubt is no verdict: it counts as wrong."""
    marks = {finding.code for finding in reading.findings} & {"page_missing", "no_mark", "other_application", "old_version", "changed_since"}
    return reading.seal == EXPECTED[case.truth] and not marks


def table(form: list[Image.Image], *, seed: int, rounds: int, held_out: bool, **wanted: object) -> tuple[Counter[tuple[str, str]], list[str], int]:
    """Counts of (truth, verdict), the names of the wrong ones, and how many there were."""
    counts: Counter[tuple[str, str]] = Counter()
    wrong, total = [], 0
    for case in cases(form, seed=seed, rounds=rounds, held_out=held_out):
        reading = read(case, **wanted)
        counts[case.truth, reading.seal] += 1
        total += 1
        if not right(case, reading):
            wrong.append(f"{case.name}: {case.truth} read as {reading.seal} {reading.score} {[f.code for f in reading.findings]}")
    return counts, wrong, total
