"""Finding a red seal by colour and shape: a ring, round or oval, of the size of a seal.

The paper's own colour is taken out first, so that tinted paper, yellow light and a photo's shadow do not look red and do not hide red. What is red
is joined to blobs; a blob counts as a seal when its outline is an ellipse and red lies along most of it, which text, lines and signatures do not do.
"""

from dataclasses import dataclass

import cv2
import numpy as np

WORK_WIDTH = 1000
DIRECTIONS = 90
# Shares of the shorter side of the page: an official seal is 38 to 45 mm wide on 210 mm; a photo may show more or less than the page.
SMALLEST, LARGEST = 0.09, 0.5
SURE, PERHAPS = 0.6, 0.46
ROUND = 1.18
FLATTEST = 1.95
SOLID = 0.72


@dataclass(frozen=True)
class Seal:
    """Where (x, y, width, height in the page's pixels), how well the ring closes (0 to 1), round or oval."""

    box: tuple[int, int, int, int]
    score: float
    shape: str


def find_seals(page: np.ndarray, *, grey: bool = False) -> list[Seal]:
    """Ring-like marks of the page (RGB), best first; red ones, or with `grey` dark ones."""
    scale = WORK_WIDTH / min(page.shape[:2])
    work = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    flat = even_paper(work)
    mask = _dark(flat) if grey else _red(flat)
    seals = [seal for reach in ((3, 7, 13, 21) if grey else (5, 11, 21, 35)) for seal in _rings(mask, reach)]
    best: list[Seal] = []
    for seal in sorted(seals, key=lambda s: -s.score):
        if not any(_overlap(seal.box, other.box) for other in best):
            best.append(seal)
    return [Seal(_scaled(s.box, 1 / scale), s.score, s.shape) for s in best[:5]]


def looks_grey(page: np.ndarray) -> bool:
    """Whether the page has no colour at all: a black-and-white scan, in which no red can be seen."""
    small = cv2.resize(page, (500, 700), interpolation=cv2.INTER_AREA)
    flat = even_paper(small).astype(np.int16)
    chroma = flat.max(axis=2) - flat.min(axis=2)
    return float(np.percentile(chroma, 99.7)) < 26


def even_paper(page: np.ndarray) -> np.ndarray:
    """The page as if its paper were white everywhere: divided by the paper's own colour, which is estimated on a coarse grid."""
    height, width = page.shape[:2]
    small = cv2.resize(page, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.medianBlur(paper, 31) if min(small.shape[:2]) > 31 else paper
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(page.astype(np.float32) / np.maximum(paper, 24).astype(np.float32) * 245, 0, 255).astype(np.uint8)


def crop(page: np.ndarray, seal: Seal) -> bytes:
    """A PNG of the seal with some paper around it."""
    x, y, w, h = seal.box
    pad = max(w, h) // 8
    part = page[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad]
    longest = max(part.shape[:2])
    if longest > 400:
        part = cv2.resize(part, None, fx=400 / longest, fy=400 / longest, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".png", cv2.cvtColor(part, cv2.COLOR_RGB2BGR))[1])


def _red(flat: np.ndarray) -> np.ndarray:
    r, g, b = (channel.astype(np.int16) for channel in cv2.split(cv2.GaussianBlur(flat, (3, 3), 0)))
    strength = r - np.maximum(g, b)
    # Faint ink still differs from paper; orange and brown have much more green than blue.
    mask = (strength > 22) & (r > 70) & (g - b < 0.55 * strength + 12)
    return mask.astype(np.uint8) * 255


def _dark(flat: np.ndarray) -> np.ndarray:
    """Dark marks without the long straight lines of tables, which seals are often set across."""
    mask = ((cv2.cvtColor(flat, cv2.COLOR_RGB2GRAY) < 205).astype(np.uint8)) * 255
    for shape in ((61, 1), (1, 61)):
        lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, shape))
        mask = cv2.subtract(mask, cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    return mask


def _rings(mask: np.ndarray, reach: int) -> list[Seal]:
    """Blobs of the mask, joined over gaps of `reach` pixels, whose outline is a closed ring."""
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    contours, _hierarchy = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    shorter = min(mask.shape[:2])
    found = []
    for contour in contours:
        _x, _y, w, h = cv2.boundingRect(contour)
        if max(w, h) < SMALLEST * shorter or max(w, h) > LARGEST * shorter or min(w, h) < max(w, h) / (FLATTEST + 0.3):
            continue
        seal = _ring(mask, contour)
        if seal is not None:
            found.append(seal)
    return found


def _ring(mask: np.ndarray, contour: np.ndarray) -> Seal | None:
    hull = cv2.convexHull(contour)
    if len(hull) < 6:
        return None
    centre, axes, angle = cv2.fitEllipse(_even(hull))
    long, short = max(axes), max(1.0, min(axes))
    if long / short > FLATTEST:
        return None
    filled = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(filled, (centre, (axes[0] * 0.86, axes[1] * 0.86), angle), 255, -1)
    inside = float(np.count_nonzero(mask[filled > 0])) / max(1, np.count_nonzero(filled))
    if inside > SOLID:
        return None
    score = _coverage(mask, centre, axes, angle)
    if score < PERHAPS:
        return None
    box = cv2.boundingRect(contour)
    return Seal(box, round(score, 3), "round" if long / short < ROUND else "oval")


def _even(hull: np.ndarray) -> np.ndarray:
    """Points at even distances along the hull, so that long straight parts count as much as bent ones."""
    points = hull[:, 0, :].astype(np.float32)
    points = np.vstack([points, points[:1]])
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    wanted = np.linspace(0, along[-1], 80, endpoint=False)
    return np.stack([np.interp(wanted, along, points[:, axis]) for axis in (0, 1)], axis=1).astype(np.float32).reshape(-1, 1, 2)


def _coverage(mask: np.ndarray, centre: tuple[float, float], axes: tuple[float, float], angle: float) -> float:
    """The share of directions from the centre in which the outermost red lies on the ellipse."""
    turn = np.deg2rad(angle)
    directions = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
    radii = np.linspace(0.6, 1.12, 60)
    ex, ey = np.cos(directions) * axes[0] / 2, np.sin(directions) * axes[1] / 2
    dx, dy = ex * np.cos(turn) - ey * np.sin(turn), ex * np.sin(turn) + ey * np.cos(turn)
    xs = np.rint(centre[0] + np.outer(dx, radii)).astype(int)
    ys = np.rint(centre[1] + np.outer(dy, radii)).astype(int)
    valid = (xs >= 0) & (ys >= 0) & (xs < mask.shape[1]) & (ys < mask.shape[0])
    hit = np.zeros(xs.shape, bool)
    hit[valid] = mask[ys[valid], xs[valid]] > 0
    outermost = np.where(hit.any(axis=1), radii[hit.shape[1] - 1 - np.argmax(hit[:, ::-1], axis=1)], 0)
    return float(np.mean((outermost > 0.9) & (outermost < 1.08)))


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _scaled(box: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    x, y, w, h = (round(value * factor) for value in box)
    return x, y, w, h
