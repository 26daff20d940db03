"""A mail server that does as it is told, over a real socket: for what a good server never does."""

import contextlib
import email
import email.policy
import re
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage


class ScriptedServer(socketserver.ThreadingTCPServer):
    """`with ScriptedServer() as server:` then `server.port`. What it took is in `taken`; `answers` maps recipients to what they get.

    An answer is a line of SMTP at RCPT (`550 5.1.1 no such user`), `content:…` the same after the text, or one of the words
    `drop-before` (the line goes dead at RCPT), `drop-taken` and `drop-lost` (after the text, which was kept or not) and `hang` (no word after the text).
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, greeting: str = "220 sink", extensions: tuple[str, ...] = ("PIPELINING", "SIZE 10000000"), sender: str = "250 ok") -> None:
        self.greeting, self.extensions, self.sender = greeting, extensions, sender
        self.answers: dict[str, str] = {}
        self.mood: Callable[[str], str] = lambda recipient: ""
        self.taken: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.connections = 0
        self.hanging = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.hanging.set()
        self.shutdown()
        self.server_close()

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(content, policy=email.policy.default) for content in self.taken]

    def counts(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(re.search(rb"(?mi)^Message-ID: *(\S+)", content).group(1).decode() for content in self.taken)


class Handler(socketserver.StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.talk()

    def talk(self) -> None:
        server: ScriptedServer = self.server
        server.connections += 1
        self.say(server.greeting)
        self.sender = self.recipient = self.answer = ""
        self.greeted = False
        steps = {"EHLO": self.hello, "HELO": self.hello, "MAIL": self.mail, "RCPT": self.rcpt, "DATA": self.data, "QUIT": self.goodbye}
        while server.greeting.startswith("220") and (line := self.rfile.readline()):
            command = line.strip().decode()
            word = command[:4].upper()
            if not self.greeted and word not in {"EHLO", "HELO", "QUIT"}:
                self.say("503 say hello first")
            elif word not in steps:
                self.say("250 ok")
            elif steps[word](command) == "over":
                return

    def hello(self, command: str) -> None:
        self.greeted = True
        lines = ["sink", *self.server.extensions]
        for position, text in enumerate(lines):
            self.say(f"250{' ' if position == len(lines) - 1 else '-'}{text}")

    def mail(self, command: str) -> None:
        self.sender, self.recipient = re.search(r"<(.*)>", command).group(1), ""
        self.say(self.server.sender)

    def rcpt(self, command: str) -> str | None:
        wanted = re.search(r"<(.*)>", command).group(1)
        self.answer = self.server.answers.get(wanted) or self.server.mood(wanted)
        if self.answer == "drop-before":
            return "over"
        if self.answer[:3].isdigit():
            self.say(self.answer)
            return "over" if self.answer.startswith("421") else None
        self.recipient = wanted
        self.say("250 ok")
        return None

    def data(self, command: str) -> str | None:
        if not self.recipient:
            self.say("503 no recipient")
            return None
        self.say("354 go on")
        content = self.read_content()
        if self.answer.startswith("content:"):
            self.say(self.answer.removeprefix("content:"))
            return None
        if self.answer not in {"drop-lost", "hang-lost"}:
            self.server.taken.append(content)
            self.server.envelopes.append((self.sender, self.recipient))
        if self.answer.startswith("hang"):
            self.server.hanging.wait(60)
        if self.answer.startswith(("hang", "drop")):
            return "over"
        self.say("250 ok")
        return None

    def goodbye(self, command: str) -> str:
        self.say("221 bye")
        return "over"

    def read_content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)
