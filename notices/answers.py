"""Answers that are files."""

from urllib.parse import quote

from django.http import HttpResponse

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_file(content: bytes, name: str, mimetype: str, *, inline: bool = False) -> HttpResponse:
    """An answer that is a file; it may say what is particular to a unit, so nobody keeps it."""
    response = HttpResponse(content, content_type=mimetype)
    response.headers["Content-Disposition"] = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store, private"
    return response
