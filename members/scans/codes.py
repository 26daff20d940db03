"""The QR code of a page, however it lies."""

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from members.scans.mark import Mark, parse


def read_mark(page: np.ndarray) -> Mark | None:
    """Our mark on the page (RGB), or None. Tries the picture as it is, then in kinder forms."""
    for variant in _variants(page):
        for code in zxingcpp.read_barcodes(variant, formats=zxingcpp.BarcodeFormat.QRCode):
            mark = parse(code.text)
            if mark is not None:
                return mark
    return None


def _variants(page: np.ndarray) -> Iterator[np.ndarray]:
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    yield grey
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey)
    yield even
    yield cv2.resize(grey, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
    yield cv2.medianBlur(even, 3)
    yield cv2.adaptiveThreshold(cv2.GaussianBlur(grey, (5, 5), 0), 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 51, 8)
    sharp = cv2.addWeighted(grey, 2.2, cv2.GaussianBlur(grey, (0, 0), 3), -1.2, 0)
    yield cv2.resize(sharp, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
