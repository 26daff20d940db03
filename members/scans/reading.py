"""The whole scan: which pages are there, of which application and version, and whether there is a seal. It tells; people decide."""

from dataclasses import asdict, dataclass, field
from typing import Any

import cv2
import numpy as np

from members.scans import seals
from members.scans.codes import read_mark
from members.scans.mark import DIGEST_LENGTH
from members.scans.pages import UnreadableScan, load_pages
from members.scans.side_by_side import in_order

BLURRED = 25.0
DARK = 75


@dataclass(frozen=True)
class Finding:
    """One thing to say: a code of members/scans/wording.py and what it needs."""

    code: str
    params: tuple[tuple[str, Any], ...] = ()


@dataclass
class ScanReading:
    """`seal`: found, not_found, unclear, or grey when the scan has no colour. `seal_crop`: PNG bytes. `pages`: numbers of our pages that were seen."""

    pages: list[int] = field(default_factory=list)
    sheets: int = 0
    seal: str = "not_found"
    score: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    # Contents of this application that were seen and are not the present one (first 16 digits of the digest).
    other_digests: list[str] = field(default_factory=list)
    seal_crop: bytes = b""

    def as_dict(self) -> dict[str, Any]:
        """For keeping as JSON, without the crop."""
        values = asdict(self)
        del values["seal_crop"]
        return values | {"findings": [{"code": finding.code, "params": dict(finding.params)} for finding in self.findings]}


def read_scan(files: list[bytes], *, reference: str, version: int, digest: str, pages: int) -> ScanReading:
    """Look at the files of one sealed form that should be `reference`, round `version`, content `digest` (hex), with `pages` pages. Never raises."""
    reading = ScanReading()
    sheets: list[np.ndarray] = []
    for data in files:
        try:
            sheets += load_pages(data)
        except UnreadableScan:
            reading.findings.append(Finding("unreadable"))
    reading.sheets = len(sheets)
    if not sheets:
        return reading
    _look_for_marks(reading, sheets, reference, version, digest, pages)
    _look_for_seal(reading, sheets)
    return reading


def _look_for_marks(reading: ScanReading, sheets: list[np.ndarray], reference: str, version: int, digest: str, pages: int) -> None:
    marks = list(in_order(read_mark, sheets))
    unmarked = [(position, sheet) for position, (sheet, mark) in enumerate(zip(sheets, marks, strict=True), start=1) if mark is None]
    own = [mark for mark in marks if mark is not None and mark.reference == reference]
    findings = {Finding("other_application", (("reference", mark.reference),)) for mark in marks if mark is not None and mark.reference != reference}
    findings |= {
        Finding("old_version", (("current", version), ("version", mark.version)))
        for mark in own
        if mark.version != version and mark.digest != digest[:DIGEST_LENGTH]
    }
    if any(mark.version == version and mark.digest != digest[:DIGEST_LENGTH] for mark in own):
        findings.add(Finding("changed_since"))
    reading.findings += sorted(findings, key=str)
    reading.other_digests = sorted({mark.digest for mark in own if mark.digest != digest[:DIGEST_LENGTH]})
    reading.pages = sorted({mark.page for mark in own})
    if not any(marks):
        reading.findings.append(Finding("no_mark"))
    # A form of another content has its own number of pages.
    total = pages if not findings else max((mark.pages for mark in own), default=0)
    missing = [page for page in range(1, total + 1) if page not in reading.pages]
    # A sheet whose code cannot be read may be the missing one: then only its quality is told.
    if own and len(missing) > len(unmarked):
        reading.findings += [Finding("page_missing", (("page", page),)) for page in missing]
    for position, sheet in unmarked:
        _tell_quality(reading, position, sheet)


def _tell_quality(reading: ScanReading, position: int, sheet: np.ndarray) -> None:
    grey = cv2.cvtColor(cv2.resize(sheet, (700, round(700 * sheet.shape[0] / sheet.shape[1]))), cv2.COLOR_RGB2GRAY)
    if float(np.median(grey)) < DARK:
        reading.findings.append(Finding("low_light", (("page", position),)))
    elif float(cv2.Laplacian(grey, cv2.CV_64F).var()) < BLURRED:
        reading.findings.append(Finding("blurred", (("page", position),)))


def _look_for_seal(reading: ScanReading, sheets: list[np.ndarray]) -> None:
    # The place for the seal is on the last page.
    best: tuple[float, np.ndarray, seals.Seal] | None = None
    for sheet in reversed(sheets):
        for seal in seals.find_seals(sheet)[:1]:
            if best is None or seal.score > best[0]:
                best = (seal.score, sheet, seal)
        if best is not None and best[0] >= seals.SURE:
            break
    if best is not None:
        reading.score, reading.seal_crop = best[0], seals.crop(best[1], best[2])
        reading.seal = "found" if best[0] >= seals.SURE else "unclear"
    else:
        _look_for_grey_seal(reading, sheets)
    if reading.seal != "found":
        reading.findings.append(Finding({"grey": "grey_scan", "unclear": "unclear_seal"}.get(reading.seal, "no_seal")))


def _look_for_grey_seal(reading: ScanReading, sheets: list[np.ndarray]) -> None:
    """A form without a seal has no colour either; only a dark ring says that a seal may be there that the scanner saw in black and white."""
    for sheet in reversed(sheets):
        dark = seals.find_seals(sheet, grey=True)[:1] if seals.looks_grey(sheet) else []
        if dark and dark[0].score >= seals.SURE:
            reading.seal, reading.score, reading.seal_crop = "grey", dark[0].score, seals.crop(sheet, dark[0])
            return
