"""HTML to PDF, without Django and without a database: also as a process of its own, so that many documents are made on several cores.

    python pdf_worker.py FOLDER PART OF

makes FOLDER/<name>.pdf from each FOLDER/<name>.html whose position, counted from 0, is PART modulo OF. What is there already is left alone.
"""

import gc
import sys
from pathlib import Path


def html_to_pdf(html: str) -> bytes:
    """The PDF of a page. Nothing is fetched, from outside or from disk: images come as data."""
    import weasyprint

    # Text of applicants stands in documents: nothing in it may make the server fetch a file or an address.
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    content: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    # Each render leaves some 40 MB of font tables in reference cycles; freed at once (4 ms) they do not pile up to gigabytes in a worker.
    gc.collect()
    return content


def render_folder(folder: Path, part: int, of: int) -> int:
    """Make one part of a folder's documents. Returns how many."""
    pages = sorted(folder.glob("*.html"))[part::of]
    for page in pages:
        target = page.with_suffix(".pdf")
        if not target.exists():
            half = page.with_suffix(".part")
            half.write_bytes(html_to_pdf(page.read_text(encoding="utf-8")))
            half.rename(target)  # A file with this name is whole.
    return len(pages)


if __name__ == "__main__":
    render_folder(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
