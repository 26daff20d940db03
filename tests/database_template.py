"""A migrated database to copy from: migrating takes the better part of a minute, copying a moment.

The copy's name carries a digest of all migrations and pins, so a changed migration makes a new one. Its maker runs the real `migrate`.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "alliance_template_"
LOCK = 7_316_204


def digest() -> str:
    """What a migrated database depends on: every migration, and the packages that bring some of their own."""
    files = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), ROOT / "requirements.txt"])
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()[:12]


def migrated_template(settings: dict[str, Any]) -> str:
    """The name of a migrated database on the server of Django's `settings`, made now if there is none. Older ones are dropped."""
    name = PREFIX + digest()
    admin = psycopg2.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"], password=settings["PASSWORD"] or None, dbname="postgres"
    )
    admin.autocommit = True
    with closing(admin), admin.cursor() as cursor:
        # Two test runs at once: the second waits for the first one's template.
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for old in known:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}_unfinished"')
            _migrate(settings, f"{name}_unfinished")
            cursor.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    return name


def _migrate(settings: dict[str, Any], name: str) -> None:
    account = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{account}@/{name}?host={settings['HOST']}{port}",
        "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
    }
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
