"""Settings that fail loudly, with the variable and the fix."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from alliance.settings import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("reader", "value", "message"),
    [
        (lambda: env.flag("X_TEST", default=True), "maybe", "X_TEST='maybe' is neither yes nor no. Write 1 or 0."),
        (lambda: env.integer("X_TEST", default=5), "five", "X_TEST='five' is not a whole number. Write for example 5."),
        (lambda: env.integer("X_TEST", default=5, minimum=2), "1", "X_TEST=1 is less than 2."),
        (lambda: env.database("X_TEST", ""), "mysql://a/b", "X_TEST must begin with postgresql:// (there is no second dialect), found 'mysql'."),
        (lambda: env.database("X_TEST", ""), "postgresql://host", "X_TEST names no database. Write postgresql://user:password@host/alliance."),
        (lambda: env.redis("X_TEST", ""), "http://x", "X_TEST='http://x' is not a Redis address. Write redis://localhost:6379/0."),
        (lambda: env.email("X_TEST"), "mail.example", "X_TEST must look like smtp+tls://user:password@mail.example.edu:587 (or smtp://, smtps://)."),
        (lambda: env.text("X_TEST"), "", "X_TEST is not set. Set it in the environment or in .env (see .env.example)."),
    ],
)
def test_a_wrong_value_is_named_with_its_fix(monkeypatch, reader, value, message):
    monkeypatch.setenv("X_TEST", value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        reader()

    assert str(refusal.value) == message


def test_right_values_are_read(monkeypatch):
    monkeypatch.setenv("X_TEST", "smtp+tls://u%40x:p@mail.example.edu:2525")
    assert env.email("X_TEST")["EMAIL_HOST_USER"] == "u@x"
    monkeypatch.setenv("X_TEST", "postgresql://u:p@/alliance?host=/tmp/sock")
    assert (env.database("X_TEST", "")["HOST"], env.database("X_TEST", "")["NAME"]) == ("/tmp/sock", "alliance")
    monkeypatch.setenv("X_TEST", "a, b,,c")
    assert env.listing("X_TEST") == ["a", "b", "c"]


def test_a_line_of_dotenv_that_is_none_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# comment\nGOOD=1\nbad line\n")

    with pytest.raises(ImproperlyConfigured, match="line 3"):
        env.load_dotenv(file)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "sample-secret-for-trying-it-on-one-machine-only"}, "SECRET_KEY is the sample one"),
        ({"SECRET_KEY": "short"}, "shorter than 40"),
        ({"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "a.edu.cn"}, "SITE_URL is not set"),
    ],
)
def test_production_refuses_to_start_half_set(variables, message):
    environment = {k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS"}} | variables
    environment["DJANGO_SETTINGS_MODULE"] = "alliance.settings.prod"

    result = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (result.returncode != 0, message in result.stderr) == (True, True)
