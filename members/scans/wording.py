"""What the machine saw, in the words of the person who has to do something about it."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.answers import sealed_label

SEALS = {
    "found": gettext_lazy("A red seal was found."),
    "not_found": gettext_lazy("No red seal was found. Is the form sealed, and is the seal on the photo?"),
    "grey": gettext_lazy("The scan is black and white, so a red seal cannot be seen. Scan it in colour if you can."),
    "unclear": gettext_lazy("Something red was found, but it is not clearly a seal."),
}
FINDINGS = {
    "page_missing": gettext_lazy("Page %(page)s is missing."),
    "other_application": gettext_lazy("This is the form of another application: %(reference)s."),
    "old_version": gettext_lazy("This is the form of round %(version)s; the present one is round %(current)s."),
    "changed_since": gettext_lazy("This form was printed before the answers were last changed. Print it again."),
    "no_mark": gettext_lazy("No QR code of ours could be read. Is the lower left corner of each page on the photo?"),
    "no_seal": SEALS["not_found"],
    "grey_scan": SEALS["grey"],
    "unclear_seal": SEALS["unclear"],
    "blurred": gettext_lazy("Page %(page)s is blurred."),
    "low_light": gettext_lazy("Page %(page)s is very dark."),
    "unreadable": gettext_lazy("The file could not be read as a scan."),
}
FINE = pgettext_lazy("scan", "Everything is there: all pages, this application, its present version, a red seal.")


PRINTED = gettext_lazy("This is the form as it was printed on %(day)s. Since then you changed: %(fields)s. Print it again.")
PRINTED_SAME = gettext_lazy("This is the form as it was printed on %(day)s, before the answers were last changed. Print it again.")


def _of_print(earlier: dict[str, Any]) -> str:
    """“This is the form of 3 March; since then you changed the head's name.”"""
    names = [label for label in map(sealed_label, earlier.get("fields", [])) if label]
    day = date_format(dt.date.fromisoformat(earlier["printed"]), "DATE_FORMAT")
    return str(PRINTED if names else PRINTED_SAME) % {"day": day, "fields": "、".join(names)}


def told(reading: dict[str, Any] | None) -> dict[str, Any] | None:
    """A reading for a page: `fine`, `sentences`, `seal` (a sentence), `pages` seen; None while the machine is still looking."""
    if reading is None:
        return None
    sentences = [_of_print(earlier) for earlier in reading.get("prints", [])]
    older = {"changed_since", "old_version"} if sentences else set()
    for finding in reading.get("findings", []):
        text = None if finding["code"] in older else FINDINGS.get(finding["code"])
        if text is not None:
            try:
                sentence = str(text) % finding.get("params", {})
            except (KeyError, TypeError):
                sentence = str(text)
            if sentence not in sentences:
                sentences.append(sentence)
    seal = str(SEALS.get(reading.get("seal", ""), ""))
    fine = not sentences and reading.get("seal") == "found"
    return {"fine": fine, "summary": str(FINE) if fine else _("The machine is not sure:"), "sentences": sentences, "seal": seal, "raw": reading}
