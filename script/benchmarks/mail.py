"""The outbox against a bare loop of smtplib: rate, and whether the memory stays flat. No tracing here: it would slow down both, unequally."""

import threading
import time
from typing import Any, Self

import psutil
from django.conf import settings
from django.db import connection

from alliance.common.delivery import deliver_due
from alliance.common.models import OutboxMessage
from script.benchmarks.sink import Sink
from tests.factories.common import OutboxMessageFactory

TEXT = "尊敬的老师：\n\n附上缴费通知单的信息，请在截止日期前办理。\n" * 8


def jobs(count: int = 10_000) -> list[dict[str, Any]]:
    """One row: `count` personal mails by one worker, and as many seconds as the bare loop needs for them."""
    rows = [OutboxMessageFactory.build(subject=f"第{n}号缴费通知单", body_text=f"{n} {TEXT}", body_html=f"<p>{n}</p><p>{TEXT}</p>") for n in range(count)]
    OutboxMessage.objects.bulk_create(rows, batch_size=1000)
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        bare_count = min(count, 2000)
        begin = time.perf_counter()
        sink.bare_loop(bare_count, TEXT)
        bare = (time.perf_counter() - begin) * count / bare_count
        with Growth() as growth:
            begin = time.perf_counter()
            sent = 0
            while more := deliver_due():
                sent += more
            seconds = time.perf_counter() - begin
    left = OutboxMessage.objects.exclude(state="sent").count()
    return [
        {
            "job": "deliver_outbox", "size": sent, "seconds": round(seconds, 2), "reference": "smtplib, one connection",
            "reference_seconds": round(bare, 2), "ratio": round(seconds / bare, 2), "per_second": round(sent / seconds), "left": left,
            "queries": len(connection.queries_log), "peak_mib": round(growth.peak, 1),
        }
    ]  # fmt: skip


class Growth:
    """How much the process grew at most, in MiB, looked at five times a second."""

    def __enter__(self) -> Self:
        self.process = psutil.Process()
        self.begin = self.process.memory_info().rss
        self.peak = 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def watch(self) -> None:
        """Until the end."""
        while not self.over.wait(0.2):
            self.peak = max(self.peak, (self.process.memory_info().rss - self.begin) / 1048576)

    def __exit__(self, *exc: object) -> None:
        self.over.set()
        self.thread.join()
