"""The message catalogues: `--write` brings them up to date with the sources; without it, says what the Chinese one lacks.

Chinese is complete: nothing untranslated, nothing fuzzy, nothing that the sources say and the catalogue does not know.
"""

import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("zh_Hans", "en")


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def extract(language: str) -> None:
    """Let Django collect the messages into the catalogue, and keep the catalogue's own form: no dates, no line numbers."""
    command = [sys.executable, "manage.py", "makemessages", "-l", language, "--no-location", "--no-obsolete", "-i", "tests", "-i", "var", "-v", "0"]
    subprocess.run(command, cwd=ROOT, check=True)
    catalogue = polib.pofile(str(path_of(language)))
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.save()


def wrong_in(catalogue: polib.POFile) -> list[str]:
    """What is untranslated or fuzzy, a line each."""
    return [
        *(f"untranslated: {entry.msgid[:80]!r}" for entry in catalogue.untranslated_entries()),
        *(f"fuzzy: {entry.msgid[:80]!r}" for entry in catalogue.fuzzy_entries()),
    ]


def check() -> int:
    """0 when the Chinese catalogue is complete. Leaves it as it was."""
    path = path_of("zh_Hans")
    before = path.read_bytes()
    try:
        extract("zh_Hans")
        wrong = wrong_in(polib.pofile(str(path)))
    finally:
        path.write_bytes(before)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def main() -> int:
    """Write, or check."""
    if "--write" not in sys.argv:
        return check()
    for language in LANGUAGES:
        extract(language)
    for line in wrong_in(polib.pofile(str(path_of("zh_Hans")))):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
