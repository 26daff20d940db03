"""Makes scans of a real form: sealed or not, well or badly photographed. Two disjoint sets: one to tune on, one held out.

A case is made from a random generator of its own, so a set is the same on every machine.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = ("NotoSansCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc")
NAMES = ("样例大学教师教学发展中心", "示范师范学院教务处", "某某理工大学发展规划处", "样例职业技术学院人事处教师发展科")


@dataclass(frozen=True)
class Case:
    """`pages`: JPEG bytes of each sheet. `truth`: sealed, unsealed, grey, or unsealed with a decoy; what the machine should say of the seal."""

    name: str
    pages: list[bytes]
    truth: str


def font(size: int, which: int) -> ImageFont.FreeTypeFont:
    """A Chinese face of the system."""
    for name in FONTS[which % len(FONTS) :] + FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)  # type: ignore[return-value]


def seal_picture(rng: np.random.Generator, size: int, colour: tuple[int, int, int], *, oval: bool = False, held_out: bool = False) -> Image.Image:
    """A seal with ring, name along the arc, star; transparent where there is no ink, worn in places."""
    scale = 2
    width, height = size * scale, round(size * (0.68 if oval else 1)) * scale
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    ring = max(3, round(width * rng.uniform(0.014, 0.035)))
    draw.ellipse((2, 2, width - 3, height - 3), outline=255, width=ring)
    if held_out and rng.random() < 0.3:
        draw.ellipse((ring * 3, ring * 3, width - ring * 3, height - ring * 3), outline=255, width=max(2, ring // 3))
    name = NAMES[rng.integers(len(NAMES))]
    face = font(round(height * 0.13), int(rng.integers(4)))
    for position, char in enumerate(name):
        angle = np.deg2rad(200 + position * (140 / (len(name) - 1)))
        x, y = width / 2 + np.cos(angle) * width * 0.38, height / 2 + np.sin(angle) * height * 0.36
        glyph = Image.new("L", (face.size * 2, face.size * 2), 0)
        ImageDraw.Draw(glyph).text((face.size, face.size), char, 255, font=face, anchor="mm")
        glyph = glyph.rotate(-np.rad2deg(angle) - 90, resample=Image.Resampling.BICUBIC)
        image.paste(255, (round(x - face.size), round(y - face.size)), glyph)
    if not oval:
        star = [
            (
                width / 2 + np.sin(k * np.pi / 5) * width * (0.16 if k % 2 == 0 else 0.065),
                height / 2 - np.cos(k * np.pi / 5) * height * (0.16 if k % 2 == 0 else 0.065),
            )
            for k in range(10)
        ]
        draw.polygon(star, fill=255)
    draw.text((width / 2, height * (0.76 if not oval else 0.5)), "专用章", 255, font=font(round(height * 0.1), 0), anchor="mm")
    alpha = np.asarray(image.resize((size, height // scale), Image.Resampling.LANCZOS)).astype(np.float32)
    wear = cv2.resize(rng.random((12, 12)).astype(np.float32), (alpha.shape[1], alpha.shape[0]), interpolation=cv2.INTER_CUBIC)
    alpha *= np.clip(wear * 1.4 + rng.uniform(0.15, 0.55), 0, 1) * (rng.random(alpha.shape) > 0.06)
    strength = rng.uniform(0.6, 1.0)
    rgba = np.dstack([np.full(alpha.shape, c) for c in colour] + [alpha * strength]).astype(np.uint8)
    return Image.fromarray(rgba, "RGBA").rotate(float(rng.uniform(-25, 25)), expand=True, resample=Image.Resampling.BICUBIC)


def ink(rng: np.random.Generator, held_out: bool) -> tuple[int, int, int]:
    """Seal inks from orange-red to dark red."""
    palette = [(214, 26, 32), (190, 20, 40), (230, 50, 40)] if not held_out else [(200, 16, 46), (160, 24, 30), (235, 70, 45), (215, 30, 60)]
    base = palette[rng.integers(len(palette))]
    return tuple(int(np.clip(c + rng.integers(-12, 13), 0, 255)) for c in base)  # type: ignore[return-value]


def decoy(rng: np.random.Generator, page: Image.Image, kind: int) -> None:
    """Something red that is no seal."""
    draw, width, height = ImageDraw.Draw(page), page.width, page.height
    red = ink(rng, False)
    if kind == 0:
        draw.rectangle((width * 0.1, height * 0.08, width * 0.9, height * 0.084), fill=red)
        draw.text((width / 2, height * 0.05), "高校教师发展中心可持续发展联盟文件", red, font=font(round(width * 0.045), 1), anchor="mm")
    elif kind == 1:
        points = [(width * 0.2 + k * width * 0.02, height * 0.8 + float(rng.uniform(-30, 30))) for k in range(12)]
        draw.line(points, fill=red, width=5, joint="curve")
    elif kind == 2:
        x, y, side = width * 0.62, height * 0.76, width * 0.12
        draw.rectangle((x, y, x + side, y + side), fill=red)
        draw.text((x + side / 2, y + side / 2), "校", "white", font=font(round(side * 0.6), 0), anchor="mm")
    elif kind == 3:
        draw.text((width * 0.62, height * 0.82), "同意推荐\n张某某", red, font=font(round(width * 0.05), 3))
    elif kind == 4:
        draw.rectangle((width * 0.6, height * 0.75, width * 0.85, height * 0.9), outline=red, width=6)
    else:
        draw.ellipse((width * 0.7, height * 0.8, width * 0.7 + width * 0.14, height * 0.8 + width * 0.14), fill=red)


def photographed(rng: np.random.Generator, page: Image.Image, fault: str) -> np.ndarray:
    """The page as a phone or a scanner sees it."""
    array = np.asarray(page.convert("RGB")).astype(np.float32)
    height, width = array.shape[:2]
    if fault == "rotated":
        return np.ascontiguousarray(np.rot90(array, int(rng.integers(1, 4)))).astype(np.uint8)
    if fault in {"skewed", "shadow", "low light"}:
        margin = 0.06
        corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
        moved = corners + rng.uniform(-margin, margin, (4, 2)).astype(np.float32) * np.float32([width, height])
        moved = moved * 0.84 + np.float32([width, height]) * 0.08
        desk = tuple(float(c) for c in rng.integers(40, 150, 3))
        array = cv2.warpPerspective(array, cv2.getPerspectiveTransform(corners, moved), (width, height), borderValue=desk)
    if fault == "tilted":
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-8, 8)), 0.95)
        array = cv2.warpAffine(array, turn, (width, height), borderValue=(250, 250, 250))
    if fault == "shadow":
        slope = (
            np.linspace(rng.uniform(0.45, 0.6), 1, width)[None, :, None]
            if rng.random() < 0.5
            else np.linspace(1, rng.uniform(0.45, 0.6), height)[:, None, None]
        )
        array = array * slope * np.float32([1, rng.uniform(0.93, 1), rng.uniform(0.85, 1)])
    if fault == "low light":
        array = array * rng.uniform(0.35, 0.5) * np.float32([1, 0.93, 0.8]) + rng.normal(0, 6, array.shape)
    if fault == "tinted":
        array = array * np.float32([[1, 0.95, 0.82], [0.93, 0.97, 1], [1, 0.93, 0.93]][int(rng.integers(3))])
    if fault == "noisy":
        array = array + rng.normal(0, 14, array.shape)
    if fault == "grey":
        array = np.repeat(array @ np.float32([0.3, 0.59, 0.11])[:, None], 3, axis=2)
    array = np.clip(array, 0, 255).astype(np.uint8)
    if fault == "blurred":
        array = np.asarray(Image.fromarray(array).filter(ImageFilter.GaussianBlur(1.6)))
    return array


def jpeg(array: np.ndarray, quality: int) -> bytes:
    """As a phone sends it."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


FAULTS = ("clean", "rotated", "tilted", "skewed", "shadow", "low light", "tinted", "noisy", "blurred", "poor jpeg")


def cases(form: list[Image.Image], *, seed: int, rounds: int, held_out: bool) -> Iterator[Case]:
    """`rounds` times every fault, sealed and unsealed (half of these with a decoy), and grey scans. `form`: the printed pages; the last is sealed."""
    number = 0
    for _round in range(rounds):
        for fault in FAULTS:
            for sealed in (True, False):
                rng = np.random.default_rng([seed, number])
                number += 1
                yield _case(rng, form, fault, sealed, held_out, number)
        rng = np.random.default_rng([seed, number, 7])
        yield _case(rng, form, "grey", True, held_out, number)


def _case(rng: np.random.Generator, form: list[Image.Image], fault: str, sealed: bool, held_out: bool, number: int) -> Case:
    last = form[-1].convert("RGB").copy()
    width = last.width
    note = ""
    if sealed:
        size = round(width * rng.uniform(0.17, 0.215))
        stamp = seal_picture(rng, size, ink(rng, held_out), oval=bool(rng.random() < 0.25), held_out=held_out)
        last.paste(stamp, (round(width * rng.uniform(0.5, 0.7)), round(last.height * rng.uniform(0.45, 0.72))), stamp)
    elif number % 4 >= 2 or (held_out and number % 3 == 0):
        kind = int(rng.integers(6))
        decoy(rng, last, kind)
        note = f" decoy {kind}"
    quality = 32 if fault == "poor jpeg" else int(rng.integers(70, 93))
    pages = [jpeg(photographed(rng, page, fault), quality) for page in [*form[:-1], last]]
    truth = "grey" if fault == "grey" else "sealed" if sealed else "unsealed"
    return Case(f"{number} {fault}{note}", pages, truth)
