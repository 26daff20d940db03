"""Web, worker and beat in one terminal: starts the services, prepares the database, keeps the children alive, stops them all.

`python -m alliance.local.supervise [--port N] [--host H] [--no-sample] [--dev]`
"""

import argparse
import contextlib
import fcntl
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from alliance.local import services
from alliance.local.__main__ import ROOT, configured, var_dir

PYTHON = sys.executable
STOP_SECONDS = 15
# A child that dies at once over and over has a reason that restarting does not mend.
RAPID = 3.0
RAPID_LIMIT = 5


def main() -> int:
    """Run until Ctrl-C or SIGTERM; 0 after a clean stop."""
    options = _options()
    var = var_dir()
    var.mkdir(parents=True, exist_ok=True)
    only = _only_one(var)
    if only is None:
        print(f"script/server runs already in this folder (see {var / 'supervisor.pid'}). Stop it first, or use a second clone.", file=sys.stderr)
        return 1
    _end_leftovers(var)
    if not _port_is_free(options.host, options.port):
        print(f"Port {options.port} is taken by another program. Choose another one: script/server --port {options.port + 1}", file=sys.stderr)
        return 1
    # A background shell hands down SIGINT ignored; Ctrl-C and `kill -INT` are to work there as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        services.up(var, postgres=not configured("DATABASE_URL"), redis=not configured("REDIS_URL"))
        environment = _environment(options, var)
        _prepare(options, var, environment)
        _greet(options, environment)
        _run(_commands(options, var), environment, var)
    except services.ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd[1:4]))} failed; its message stands above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        services.down(var)
        print("Stopped.", flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", description="Web, worker and beat with their own PostgreSQL and Redis.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; sample accounts exist on a loopback address only")
    parser.add_argument("--no-sample", action="store_true", help="load no sample data at the first start")
    parser.add_argument("--dev", action="store_true", help="Django's own server, which reloads on change and shows errors")
    return parser.parse_args()


def _only_one(var: Path) -> IO[str] | None:
    """The lock of this clone's supervisor, held as long as the process lives; None when another has it."""
    handle = (var / "supervisor.pid").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    globals()["_held"] = handle
    return handle


def _end_leftovers(var: Path) -> None:
    """Children of a supervisor that was killed: they would hold the port and run old code."""
    file = var / "children.pid"
    for line in file.read_text().splitlines() if file.exists() else []:
        with contextlib.suppress(ValueError, OSError):
            pid = int(line)
            if str(ROOT).encode() in Path(f"/proc/{pid}/environ").read_bytes():
                os.killpg(pid, signal.SIGKILL)
    file.unlink(missing_ok=True)


def _port_is_free(host: str, port: int) -> bool:
    for _attempt in range(20):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                time.sleep(0.1)
                continue
            return True
    return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _environment(options: argparse.Namespace, var: Path) -> dict[str, str]:
    environment = dict(os.environ, ALLIANCE_ROOT=str(ROOT), PYTHONUNBUFFERED="1", VAR_DIR=str(var))
    environment.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")
    environment.setdefault("SITE_URL", f"http://{options.host}:{options.port}")
    if options.dev:
        environment["DEBUG"] = "1"
    return environment


def _prepare(options: argparse.Namespace, var: Path, environment: dict[str, str]) -> None:
    """Migrations always, sample data once, static files."""
    marker = var / "first-start-done"
    if not marker.exists():
        print("Preparing the database and the sample: a minute or two, this once.", flush=True)
    _manage(environment, "migrate", "--verbosity", "0")
    _manage(environment, "prepare_installation", "--verbosity", "0")
    if not marker.exists():
        if not options.no_sample and _is_loopback(options.host):
            _manage(environment, "load_sample_data")
            (var / "sample-data").touch()
        marker.touch()
    if (var / "sample-data").exists() and _is_loopback(options.host):
        environment["SAMPLE_MODE"] = "1"
    if not options.dev:
        _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")


def _manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([PYTHON, str(ROOT / "manage.py"), *arguments], cwd=ROOT, env=environment, check=True)


def _greet(options: argparse.Namespace, environment: dict[str, str]) -> None:
    print(f"\nThe site: {environment['SITE_URL']}   Administration: {environment['SITE_URL']}/admin/", flush=True)
    if environment.get("SAMPLE_MODE"):
        _manage(environment, "sample_accounts")
        print("The second factor is not asked of them, and a banner says that this is a sample.")
    else:
        print("Make the first member of the secretariat with: script/manage grant_role EMAIL secretariat")
    if configured("EMAIL_URL"):
        print("Mails go to the server of EMAIL_URL.")
    else:
        print(f"Mails, sign-in codes too, are kept in {var_dir() / 'mailbox'}; staff read them at {environment['SITE_URL']}/admin/mailbox/")
    print("Ctrl-C stops everything.\n", flush=True)


def _commands(options: argparse.Namespace, var: Path) -> dict[str, list[str]]:
    address = f"[{options.host}]:{options.port}" if ":" in options.host else f"{options.host}:{options.port}"
    web = [
        PYTHON,
        "-m",
        "gunicorn",
        "alliance.wsgi",
        "--bind",
        address,
        "--workers",
        "2",
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--timeout",
        "60",
        "--no-control-socket",
    ]
    if options.dev:
        web = [PYTHON, "manage.py", "runserver", address]
    celery = [PYTHON, "-m", "celery", "--quiet", "-A", "alliance"]
    return {
        "web": web,
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(var / "beat-schedule"), "--pidfile", ""],
    }


def _run(commands: dict[str, list[str]], environment: dict[str, str], var: Path) -> None:
    """Keep all children alive until we are told to stop."""
    children: dict[str, subprocess.Popen[str]] = {}
    started: dict[str, float] = {}
    rapid: dict[str, int] = dict.fromkeys(commands, 0)
    try:
        while True:
            for name, command in commands.items():
                child = children.get(name)
                if child is not None and child.poll() is None:
                    continue
                if child is not None:
                    rapid[name] = rapid[name] + 1 if time.monotonic() - started[name] < RAPID else 0
                    print(f"{name} ended with code {child.returncode}; starting it again.", flush=True)
                    if rapid[name] >= RAPID_LIMIT:
                        raise services.ServiceError(f"{name} ends as soon as it starts; its messages stand above.")
                children[name] = _start(name, command, environment)
                started[name] = time.monotonic()
                (var / "children.pid").write_text("\n".join(str(c.pid) for c in children.values()))
            # The services of this clone are looked after as well: a killed database comes back by itself.
            services.up(var, postgres=not configured("DATABASE_URL"), redis=not configured("REDIS_URL"))
            time.sleep(1)
    finally:
        _stop(children)
        (var / "children.pid").unlink(missing_ok=True)


def _start(name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True
    )
    threading.Thread(target=_copy, args=(name, child.stdout), daemon=True).start()
    return child


def _copy(name: str, stream: IO[str] | None) -> None:
    for line in stream or ():
        print(f"{name:<6} | {line}", end="", flush=True)


def _stop(children: dict[str, subprocess.Popen[str]]) -> None:
    for child in children.values():
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
