"""HTML to PDF, without Django and without a database: also as a process of its own, so that many documents are made on several cores.

    python pdf_worker.py FOLDER PART OF

makes FOLDER/<name>.pdf from each FOLDER/<name>.html whose position, counted from 0, is PART modulo OF. What is there already is left alone.
"""

import gc
import os
import sys
from pathlib import Path


def html_to_pdf(html: str) -> bytes:
    """The PDF of a page. Nothing is fetched, from outside or from disk: images come as data."""
    import weasyprint

    # Text of applicants stands in documents: nothing in it may make the server fetch a file or an address.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    # Each render leaves some 40 MB of font tables in reference cycles; freed at once they do not pile up to gigabytes in a worker. What was there
    # before is set aside meanwhile: looking through all of a web worker for them would cost more than 100 ms a page, through what is new a few.
    gc.freeze()
    try:
        content: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
        gc.collect()
    finally:
        gc.unfreeze()
    return content


# The renderer keeps a little of each page (fonts, shapes of names); after so many a worker begins anew, so that its memory stays flat.
ROUND = 60


def render_folder(folder: Path, part: int, of: int, *, most: int | None = None) -> int:
    """Make one part of a folder's documents, at most `most` of those that are not there. Returns how many it made."""
    waiting = [page for page in sorted(folder.glob("*.html"))[part::of] if not page.with_suffix(".pdf").exists()]
    for page in waiting[:most]:
        half = page.with_suffix(".part")
        half.write_bytes(html_to_pdf(page.read_text(encoding="utf-8")))
        half.rename(page.with_suffix(".pdf"))  # A file with this name is whole.
    return len(waiting[:most])


if __name__ == "__main__":
    if render_folder(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), most=ROUND) == ROUND:
        # The same process with a fresh memory; whoever waits for it goes on waiting.
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 (its own command line, no shell)
