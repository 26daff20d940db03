"""A small IMAP server over a real socket: one folder, as much of the protocol as reading unread mail and marking it takes."""

import contextlib
import re
import socketserver
import threading


class ImapServer(socketserver.ThreadingTCPServer):
    """`with ImapServer([raw mails]) as server:` then `server.url`; `seen` are the positions that have been marked."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails):
        self.mails, self.seen, self.logins = list(mails), set(), []
        super().__init__(("127.0.0.1", 0), ImapHandler)

    @property
    def url(self):
        return f"imap://bounces:p%40ss@127.0.0.1:{self.server_address[1]}/INBOX"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exc):
        self.shutdown()
        self.server_close()


class ImapHandler(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        with contextlib.suppress(OSError):
            self.say("* OK ready")
            while line := self.rfile.readline():
                tag, command = line.decode().strip().split(" ", 1)
                word = command.split(" ")[0].upper()
                answer = getattr(self, word.lower(), self.unknown)(command)
                self.say(f"{tag} {answer or 'OK done'}")
                if word == "LOGOUT":
                    return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def unknown(self, command):
        return "BAD what"

    def capability(self, command):
        self.say("* CAPABILITY IMAP4rev1")

    def login(self, command):
        self.server.logins.append(command)
        return "OK in" if '"p@ss"' in command else "NO who are you"

    def select(self, command):
        self.say(f"* {len(self.server.mails)} EXISTS")

    def logout(self, command):
        self.say("* BYE")

    def uid(self, command):
        if match := re.match(r"UID FETCH (\d+) ", command, re.IGNORECASE):
            raw = self.server.mails[int(match.group(1)) - 1]
            self.wfile.write(f"* {match.group(1)} FETCH (UID {match.group(1)} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        elif match := re.match(r"UID STORE (\d+) ", command, re.IGNORECASE):
            self.server.seen.add(int(match.group(1)))
        else:
            unread = [str(n) for n in range(1, len(self.server.mails) + 1) if n not in self.server.seen]
            self.say(f"* SEARCH {' '.join(unread)}".rstrip())
