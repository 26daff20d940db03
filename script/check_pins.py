"""Every requirement, also the indirect ones, stands in a requirements file at the version that is installed."""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
OURS = {"pip", "setuptools", "wheel"}


def normal(name: str) -> str:
    """The name as packages compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """0 when pins and environment agree."""
    pins: dict[str, str] = {}
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            requirement = line.split("#")[0].strip()
            requirement, _semicolon, marker = requirement.partition(";")
            if requirement and (not marker or Marker(marker).evaluate()):
                name, version = requirement.strip().split("==")
                pins[normal(name.split("[")[0])] = version
    installed = {normal(d.metadata["Name"]): d.version for d in distributions()} if sys.prefix != sys.base_prefix else {}
    wrong = [f"{name} {version} is not pinned" for name, version in sorted(installed.items()) if name not in pins and name not in OURS]
    wrong += [
        f"{name}: pinned {version}, installed {installed.get(name, 'nothing')}" for name, version in sorted(pins.items()) if installed.get(name) != version
    ]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
