"""A mail server that does as it is told, over a real socket: for what a good server never does."""

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
        try:
            self.talk()
        except (ConnectionError, BrokenPipeError, OSError):
            pass

    def talk(self) -> None:
        server: ScriptedServer = self.server
        server.connections += 1
        self.say(server.greeting)
        if not server.greeting.startswith("220"):
            return
        sender = recipient = answer = ""
        greeted = False
        while line := self.rfile.readline():
            command = line.strip().decode()
            word = command[:4].upper()
            if word in {"EHLO", "HELO"}:
                greeted = True
                lines = ["sink", *server.extensions]
                for position, text in enumerate(lines):
                    self.say(f"250{' ' if position == len(lines) - 1 else '-'}{text}")
            elif not greeted and word != "QUIT":
                self.say("503 say hello first")
            elif word == "MAIL":
                sender = re.search(r"<(.*)>", command).group(1)
                recipient = ""
                self.say(server.sender)
            elif word == "RCPT":
                wanted = re.search(r"<(.*)>", command).group(1)
                answer = server.answers.get(wanted) or server.mood(wanted)
                if answer == "drop-before":
                    return
                if answer[:3].isdigit() and not answer.startswith("250"):
                    self.say(answer)
                    if answer.startswith("421"):
                        return
                else:
                    recipient = wanted
                    self.say("250 ok")
            elif word == "DATA":
                if not recipient:
                    self.say("503 no recipient")
                    continue
                self.say("354 go on")
                content = self.read_content()
                if answer == "drop-lost":
                    return
                if answer == "hang-lost":
                    server.hanging.wait(60)
                    return
                if answer.startswith("content:"):
                    self.say(answer.removeprefix("content:"))
                    continue
                server.taken.append(content)
                server.envelopes.append((sender, recipient))
                if answer == "drop-taken":
                    return
                if answer == "hang":
                    server.hanging.wait(60)
                    return
                self.say("250 ok")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)
