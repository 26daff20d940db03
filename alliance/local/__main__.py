"""`python -m alliance.local up|down|status`: the services of this clone."""

import argparse
import os
import sys
from pathlib import Path

from alliance.local import services

ROOT = Path(__file__).resolve().parents[2]


def configured(name: str) -> bool:
    """Whether the environment or `.env` names a server of the operator's own."""
    if os.environ.get(name):
        return True
    dotenv = ROOT / ".env"
    lines = dotenv.read_text(encoding="utf-8").splitlines() if dotenv.exists() else []
    return any(line.strip().removeprefix("export ").startswith(f"{name}=") and line.split("=", 1)[1].strip() for line in lines)


def var_dir() -> Path:
    """Where the data is."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def main() -> int:
    """Do as the command line says; 0 when it worked."""
    parser = argparse.ArgumentParser(prog="python -m alliance.local", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status"])
    command = parser.parse_args().command
    var = var_dir()
    try:
        if command == "up":
            services.up(var, postgres=not configured("DATABASE_URL"), redis=not configured("REDIS_URL"))
        elif command == "down":
            services.down(var)
        else:
            print(f"PostgreSQL: {'running' if services.postgres_running((var / 'postgres').resolve()) else 'down'}")
            print(f"Redis: {'running' if services.redis_running(var) else 'down'}")
    except services.ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
