"""The services of one clone: started once, found again, recovered after a kill."""

import os
import signal
import tempfile
import threading
from pathlib import Path

import psycopg2
import pytest

from alliance.local import services
from alliance.local.paths import MAX_SOCKET_DIR, postgres_socket_dir, socket_dir


@pytest.fixture
def var():
    """A clone's data of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="alliance-local-"))
    folder.chmod(0o755)
    yield folder
    services.down(folder)


def ask(var, sql):
    connection = psycopg2.connect(host=str(postgres_socket_dir(var)), user="postgres", dbname="alliance")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_two_commands_at_the_same_moment_start_one_server(var):
    threads = [threading.Thread(target=services.up, args=(var,)) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (services.postgres_running((var / "postgres").resolve()), services.redis_running(var), ask(var, "SELECT 1")) == (True, True, 1)


def test_a_killed_server_comes_back_with_its_data(var):
    services.up(var)
    ask(var, "CREATE TABLE kept AS SELECT 42 AS n")
    pid = int((var / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(") ")[1][:1]:
        pass

    services.up(var)

    assert ask(var, "SELECT n FROM kept") == 42


def test_the_servers_stop_cleanly(var):
    services.up(var)

    services.down(var)

    assert (services.postgres_running((var / "postgres").resolve()), services.redis_running(var)) == (False, False)


def test_a_deep_clone_gets_a_short_socket_path(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60)

    assert len(str(socket_dir(deep))) <= MAX_SOCKET_DIR
