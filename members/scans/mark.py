"""What the QR code on each page of a sealed form says."""

import re
from dataclasses import dataclass

PREFIX = "ASED1"
DIGEST_LENGTH = 16
_PATTERN = re.compile(rf"{PREFIX}\|([A-Z0-9-]{{3,20}})\|(\d{{1,4}})\|([0-9a-f]{{{DIGEST_LENGTH}}})\|(\d{{1,3}})/(\d{{1,3}})")


@dataclass(frozen=True)
class Mark:
    """Reference and round of the application, the first digits of its content's digest, and which page of how many."""

    reference: str
    version: int
    digest: str
    page: int
    pages: int

    def encode(self) -> str:
        """The text of the code."""
        return f"{PREFIX}|{self.reference}|{self.version}|{self.digest}|{self.page}/{self.pages}"


def parse(text: str) -> Mark | None:
    """The mark in a code's text; None for any other text."""
    found = _PATTERN.fullmatch(text.strip())
    if found is None:
        return None
    reference, version, digest, page, pages = found.groups()
    return Mark(reference, int(version), digest, int(page), int(pages))
