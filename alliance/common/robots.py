"""Telling group robots: a row in the caller's transaction, posted by a worker, signed as each service wants it."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import requests
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common import clock
from alliance.common.locking import lock
from alliance.common.models import OutboxMessage, Robot, RobotPost, TaskRun
from alliance.common.models.outbox import OutboxState
from alliance.common.models.robots import PostState, RobotKind, check_robot_url
from alliance.common.models.schedule import RunState
from alliance.common.post.trouble import QUICK
from alliance.common.transitions import move

TIMEOUT = 10
STUCK = dt.timedelta(minutes=5)
MORNING = dt.time(9)


def announce(event: str, *, key: str, title: str, text: str) -> int:
    """Say something to all robots that are told of `event`; once by `key`. Returns how many posts were queued."""
    queued = 0
    for robot in Robot.objects.filter(is_active=True, topics__contains=[event]):
        _post, made = RobotPost.objects.get_or_create(robot=robot, key=key[:200], defaults={"title": title[:200], "text": text})
        queued += made
    return queued


def announce_trouble() -> int:
    """In the morning: what waits for somebody behind the scenes, if anything does."""
    now = clock.now().astimezone(clock.BEIJING)
    unknown = OutboxMessage.objects.filter(state=OutboxState.UNKNOWN).count()
    failed = OutboxMessage.objects.filter(state=OutboxState.FAILED).count()
    runs = TaskRun.objects.filter(state=RunState.FAILED).count()
    if now.time() < MORNING or not unknown + failed + runs:
        return 0
    counts = {"unknown": unknown, "failed": failed, "runs": runs}
    # A group has no language of its own: the site's.
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Mails of unknown fate: %(unknown)s; mails that failed: %(failed)s; background tasks that failed: %(runs)s. See the administration.") % counts
        return announce("trouble", key=f"trouble:{now.date()}", title=_("Something in the system waits for you"), text=text)


def post_due(limit: int = 20) -> int:
    """Post what waits. Returns how many went out. Safe in several workers: a post is claimed before it is sent."""
    announce_trouble()
    with transaction.atomic():
        for post in RobotPost.objects.select_for_update(skip_locked=True).filter(state=PostState.POSTING, updated_at__lt=clock.now() - STUCK):
            move(post, to=PostState.FAILED, field="state", last_error="The worker stopped while posting; the group may have it.")
    sent = 0
    for _attempt in range(limit):
        post = _claim()
        if post is None:
            break
        sent += _post(post)
    return sent


@transaction.atomic
def _claim() -> RobotPost | None:
    waiting = RobotPost.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=PostState.WAITING, next_attempt_at__lte=clock.now())
    post = waiting.select_related("robot").order_by("next_attempt_at", "pk").first()
    if post is not None:
        move(post, to=PostState.POSTING, field="state", attempts=post.attempts + 1)
    return post


def _post(post: RobotPost) -> bool:
    """Send one and write how it went."""
    try:
        problem, again = deliver(post.robot, f"{post.title}\n{post.text}".strip()), True
    except requests.ConnectionError as error:
        problem, again = f"{type(error).__name__}: {error}", True
    except requests.RequestException as error:
        # Timed out after the request was sent: the group may have it, so a person decides.
        problem, again = f"{type(error).__name__}: {error}", False
    with transaction.atomic():
        lock(post)
        if not problem:
            move(post, to=PostState.SENT, field="state", posted_at=clock.now(), last_error="")
        elif again and post.attempts <= len(QUICK):
            move(post, to=PostState.WAITING, field="state", next_attempt_at=clock.now() + QUICK[post.attempts - 1], last_error=problem[:500])
        else:
            move(post, to=PostState.FAILED, field="state", last_error=problem[:500])
    return not problem


@transaction.atomic
def again(post: RobotPost) -> RobotPost:
    """Post a failed one again. Raises InvalidTransition for any other."""
    lock(post)
    move(post, to=PostState.WAITING, field="state", attempts=0, next_attempt_at=clock.now())
    return post


def deliver(robot: Robot, text: str) -> str:
    """Post a text now. Returns what the service objected to; empty when it took it. Raises requests.RequestException, ValidationError."""
    check_robot_url(robot.url)
    url, body = REQUESTS[robot.kind](robot, text, clock.now())
    answer = requests.post(url, json=body, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code != requests.codes.ok:
        return f"HTTP {answer.status_code}"
    try:
        said = answer.json()
    except ValueError:
        return "The answer is not JSON."
    code = said.get("errcode", said.get("code", said.get("StatusCode")))
    return "" if code == 0 else f"{code} {said.get('errmsg', said.get('msg', ''))}"


def _wecom(robot: Robot, text: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    """The key stands in the address; nothing is signed."""
    return robot.url, {"msgtype": "text", "text": {"content": text[:1900]}}


def _dingtalk(robot: Robot, text: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    """Milliseconds and secret, signed with the secret, in the address."""
    url = robot.url
    if robot.secret:
        stamp = str(int(now.timestamp() * 1000))
        url = f"{url}&timestamp={stamp}&sign={quote_plus(_hmac(robot.secret.encode(), _lines(stamp, robot.secret)))}"
    return url, {"msgtype": "text", "text": {"content": text[:4000]}}


def _feishu(robot: Robot, text: str, now: dt.datetime) -> tuple[str, dict[str, Any]]:
    """Seconds and secret are the key that signs nothing; both in the body."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text[:4000]}}
    if robot.secret:
        stamp = str(int(now.timestamp()))
        body |= {"timestamp": stamp, "sign": _hmac(_lines(stamp, robot.secret), b"")}
    return robot.url, body


def _lines(stamp: str, secret: str) -> bytes:
    """What both services sign, or sign with."""
    return f"{stamp}\n{secret}".encode()


def _hmac(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


REQUESTS: dict[str, Callable[[Robot, str, dt.datetime], tuple[str, dict[str, Any]]]] = {
    RobotKind.WECOM: _wecom,
    RobotKind.DINGTALK: _dingtalk,
    RobotKind.FEISHU: _feishu,
}
