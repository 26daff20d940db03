"""A mail server in a process of its own that takes everything and keeps nothing."""

import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from types import TracebackType
from typing import Self


class Sink:
    """`with Sink() as sink:` then `sink.port`."""

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{self.port}", "-c", "aiosmtpd.handlers.Sink"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _attempt in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError("the mail sink did not start")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait()

    def bare_loop(self, count: int, text: str = "正文\n" * 10) -> None:
        """`count` mails of text and HTML over one connection."""
        with smtplib.SMTP("127.0.0.1", self.port) as connection:
            for number in range(count):
                message = EmailMessage()
                message["From"], message["To"], message["Subject"] = "a@example.edu.cn", f"teacher{number}@example.edu.cn", "测速"
                message.set_content(f"{number} {text}")
                message.add_alternative(f"<p>{number}</p><p>{text}</p>", subtype="html")
                connection.send_message(message)
