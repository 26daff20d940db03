"""Real processes for a real browser: a database of its own, Redis, a mail server that only listens, web and worker."""

import email
import email.policy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import psycopg2
import pytest
from aiosmtpd.controller import Controller

from alliance.local import services
from alliance.local.__main__ import var_dir
from alliance.local.paths import postgres_socket_dir
from tests.database_template import migrated_template

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "alliance-sample-2026"
DATABASE = f"browser_{os.getpid()}"


def wait_until(check, seconds=60.0, what="the condition"):
    """Poll until `check()` is true: other processes are at work, and there is no other way to know."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = check()
        if result:
            return result
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {seconds} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Sink:
    """Keeps what it is sent."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in mail["To"]]

    def subjects(self, address: str) -> list[str]:
        return [mail["Subject"] for mail in self.to(address)]

    def wait_for(self, address: str, subject: str, seconds: float = 90) -> EmailMessage:
        def found():
            return [mail for mail in self.to(address) if subject in mail["Subject"]]

        return wait_until(found, seconds, f"a mail “{subject}” to {address}")[-1]

    def code_for(self, address: str, seen: int) -> str:
        wait_until(lambda: len([m for m in self.to(address) if "验证码" in m["Subject"]]) > seen, 90, f"a code for {address}")
        mail = [m for m in self.to(address) if "验证码" in m["Subject"]][-1]
        return re.search(r"：\s*([A-Z0-9][A-Z0-9-]{4,})", mail.get_body(("plain",)).get_content()).group(1)


@dataclass
class System:
    """The running system."""

    url: str
    sink: Sink
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """Everything up, with the sample data."""
    var = Path(tempfile.mkdtemp(prefix="alliance-browser-"))
    var.chmod(0o755)
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    admin = psycopg2.connect(host=str(postgres_socket_dir(var_dir())), user="postgres", dbname="postgres")
    admin.autocommit = True
    template = migrated_template({"HOST": str(postgres_socket_dir(var_dir())), "PORT": "", "USER": "postgres", "PASSWORD": ""})
    admin.cursor().execute(f'CREATE DATABASE {DATABASE} TEMPLATE "{template}"')
    services.up(var, postgres=False)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "alliance.settings.dev",
        "VAR_DIR": str(var),
        "DATABASE_URL": f"postgresql://postgres@/{DATABASE}?host={postgres_socket_dir(var_dir())}",
        "EMAIL_URL": f"smtp://127.0.0.1:{controller.port}",
        "SITE_URL": url,
        "SAMPLE_MODE": "1",
    }
    system = System(url, sink, environment)
    system.manage("migrate", "--verbosity", "0")
    system.manage("load_sample_data", "--bare")
    system.manage("collectstatic", "--noinput", "--verbosity", "0")
    celery = [sys.executable, "-m", "celery", "-A", "alliance", "worker", "--concurrency", "1", "--loglevel", "ERROR", "--without-gossip", "--without-mingle"]
    web = [sys.executable, "-m", "gunicorn", "alliance.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    log = (var / "processes.log").open("w")
    processes = [subprocess.Popen(c, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True) for c in (web, celery)]
    try:
        wait_until(lambda: _answers(url), 60, "the web server")
        yield system
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        controller.stop()
        services.stop_redis(var)
        admin.cursor().execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        admin.close()
        log.close()
        shutil.rmtree(var, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(f"{url}/readyz", timeout=2).status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def chromium():
    """Chromium of the system, or a loud skip."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NO CHROMIUM: the browser tests were not run. script/test installs it as root or with sudo.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person at a browser: a context of its own, and what the browser complained of."""

    system: System
    context: object
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda message: self.complaints.append(f"{self.page.url}: {message.text}") if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def open(self, path: str):
        self.page.goto(path if path.startswith("http") else self.system.url + path)
        return self.page

    def sign_in_with_password(self, address: str, path: str = "/go/"):
        page = self.open(f"/accounts/login/?next={path}")
        page.fill("#id_login", address)
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(self.system.url) + r"/(?!accounts)"))

    def sign_in_with_code(self, address: str, path: str = "/go/"):
        seen = len([m for m in self.system.sink.to(address) if "验证码" in m["Subject"]])
        page = self.open(f"/accounts/login/code/?next={path}")
        page.fill("#id_email", address)
        page.click("main button[type=submit]")
        page.fill("#id_code", self.system.sink.code_for(address, seen))
        page.click("main button[type=submit]")
        page.wait_for_url(re.compile(re.escape(self.system.url) + r"/(?!accounts)"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether the test failed."""
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture
def visitor(system, chromium, request):
    """`visitor(width=1280)`: another person; at the end nobody's browser may have complained. A failure leaves pictures in var/failures."""
    people: list[Visitor] = []

    def arrive(width: int = 1280, height: int = 900, javascript: bool = True) -> Visitor:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=javascript)
        person = Visitor(system, context)
        people.append(person)
        return person

    yield arrive
    complaints = [line for person in people for line in person.complaints]
    if complaints:
        (var_dir() / "complaints.txt").write_text("\n".join(complaints))
    for number, person in enumerate(people):
        if getattr(request.node, "failed", False):
            folder = var_dir() / "failures"
            folder.mkdir(parents=True, exist_ok=True)
            person.page.screenshot(path=str(folder / f"{request.node.name}-{number}.png"), full_page=True)
            (folder / f"{request.node.name}-{number}.txt").write_text(person.page.url + "\n" + person.page.inner_text("body"))
        person.context.close()
    assert complaints == []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """All browser tests in one process: they share one running system. First, because the distributor reads the groups in its own hook."""
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.xdist_group("browser"))
