"""Where the local services keep their sockets. Imports nothing of the project, so that settings can read it."""

import hashlib
import tempfile
from pathlib import Path

# A Unix socket's path may have about 107 bytes; a deep clone would pass that.
MAX_SOCKET_DIR = 80


def socket_dir(var_dir: Path) -> Path:
    """The folder of the sockets: `var/run`, or a short stable folder beside the temporary files for a deep clone."""
    wanted = var_dir.resolve() / "run"
    if len(str(wanted).encode()) <= MAX_SOCKET_DIR:
        return wanted
    digest = hashlib.sha256(str(var_dir.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"alliance-{digest}"


def postgres_socket_dir(var_dir: Path) -> Path:
    """The folder in which PostgreSQL puts its socket."""
    return socket_dir(var_dir)


def redis_socket(var_dir: Path) -> Path:
    """The socket file of Redis."""
    return socket_dir(var_dir) / "redis.sock"
