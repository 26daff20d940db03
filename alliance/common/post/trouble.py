"""What can go wrong with one mail, and what follows: another try, a refusal for good, or a fate that only a person can judge."""

import datetime as dt
import re
from dataclasses import dataclass

MINUTE = dt.timedelta(minutes=1)
# Greylisting servers want us back within minutes; a full mailbox is not emptied so soon.
QUICK = tuple(minutes * MINUTE for minutes in (2, 5, 15, 30, 60, 120, 360, 720))
SLOW = tuple(minutes * MINUTE for minutes in (30, 120, 360, 720, 1440, 1440))
SERVER_PAUSE = MINUTE
SETTINGS_PAUSE = 10 * MINUTE
UNKNOWN_NOTE = "The mail server had the whole message and never answered; it may have been delivered."

ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


class Trouble(Exception):
    """A mail did not go out, or may not have."""

    def __init__(self, reason: str) -> None:
        self.reason = " ".join(reason.split())[:2000]
        super().__init__(self.reason)


class ServerAway(Trouble):
    """No connection, or lost before the message was handed over: nothing is wrong with this mail, and nothing was delivered."""


class Uncertain(Trouble):
    """The connection broke, or the server fell silent, after the whole message was handed over."""


class Broken(Trouble):
    """The mail could not be made: a document failed, or its address is none."""


class NoAddress(Broken):
    """What should be an address is none; waiting does not mend it."""


class Refused(Trouble):
    """The server answered with a code that is no yes. `stage`: signin, sender, recipient or content."""

    def __init__(self, stage: str, code: int, text: str) -> None:
        self.stage, self.code = stage, code
        found = ENHANCED.search(text)
        self.enhanced = found.group(0) if found else ""
        super().__init__(f"{stage}: {code} {text}")

    @property
    def address_is_dead(self) -> bool:
        """The server says that there is no such mailbox (5.1.x, 5.2.1, or a bare 550, 551, 553 to the recipient)."""
        if self.stage != "recipient" or self.code < 500:
            return False
        if self.enhanced:
            return self.enhanced.startswith("5.1.") or self.enhanced == "5.2.1"
        return self.code in {550, 551, 553}


@dataclass(frozen=True)
class Verdict:
    """What to do: `state` is queued, failed or unknown; the pause before the next attempt; whether it counts as one; whether the run must stop."""

    state: str
    pause: dt.timedelta = dt.timedelta(0)
    counts: bool = True
    stop: bool = False


FAIL = Verdict("failed")


def judge(trouble: Trouble, attempts: int) -> Verdict:
    """The verdict on a mail after its `attempts`-th attempt."""
    if isinstance(trouble, Uncertain):
        return Verdict("unknown")
    if isinstance(trouble, NoAddress):
        return FAIL
    if isinstance(trouble, ServerAway):
        return Verdict("queued", SERVER_PAUSE, counts=False)
    if isinstance(trouble, Refused):
        return _judge_refusal(trouble, attempts)
    return _again(QUICK, attempts)


def _judge_refusal(refusal: Refused, attempts: int) -> Verdict:
    if refusal.stage in {"signin", "sender"}:
        # Our account or our sender: every mail would meet the same, so none is given up for it.
        return Verdict("queued", SETTINGS_PAUSE, counts=False, stop=True)
    if refusal.code == 421:
        return Verdict("queued", SERVER_PAUSE, counts=False, stop=True)
    if refusal.enhanced.endswith(".2.2") or refusal.code in {452, 552}:
        return _again(SLOW, attempts)
    if refusal.code >= 500:
        return FAIL
    return _again(QUICK, attempts)


def _again(pauses: tuple[dt.timedelta, ...], attempts: int) -> Verdict:
    return Verdict("queued", pauses[attempts - 1]) if 1 <= attempts <= len(pauses) else FAIL
