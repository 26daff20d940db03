"""Every test that docs/rules.md names exists: files and folders, and tests by name."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"


def missing(text: str) -> list[str]:
    """The names in backquotes that stand for a test and lead nowhere. A file may be named by the end of its path."""
    files = [f"/{path.relative_to(ROOT)}" for path in TESTS.rglob("*.py")]
    folders = {str(path.relative_to(ROOT)) for path in TESTS.rglob("*") if path.is_dir()}
    functions = {name for file in files for name in re.findall(r"^\s*(?:async )?def (test_\w+)", (ROOT / file[1:]).read_text(encoding="utf-8"), re.MULTILINE)}
    wrong = []
    for name in re.findall(r"`([^`\s]+)`", text):
        last = name.rsplit("/", 1)[-1]
        if last.startswith("test_") and last.endswith(".py"):
            found = any(file.endswith(f"/{name}") for file in files)
        elif name.startswith("tests/"):
            found = name.rstrip("/") in folders or (ROOT / name).is_file()
        elif name.startswith("test_"):
            found = name in functions
        else:
            continue
        if not found:
            wrong.append(name)
    return wrong


def main() -> int:
    """0 when all exist."""
    wrong = missing((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))
    for name in wrong:
        print(f"docs/rules.md names {name}, which does not exist")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
