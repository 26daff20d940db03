"""Group robots: signed as each service wants it, posted once, refused by any other host."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError

from alliance.common.models import Robot, RobotPost
from alliance.common.robots import announce, post_due
from tests.factories.common import OutboxMessageFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    """Stands for the three services; `answers` are given in turn, then 0."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.posts.append((self.path, body))
            answer = server.answers.pop(0) if server.answers else {"errcode": 0, "errmsg": "ok"}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.posts, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/robot?key=1"
    settings.ROBOT_HOSTS = [("http", "127.0.0.1")]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def robot(sink, kind, secret=""):
    return Robot.objects.create(name=kind, kind=kind, url=sink.url, secret=secret, topics=["notice"])


def test_dingtalk_is_signed_in_the_address(sink):
    robot(sink, "dingtalk", "SEC1")

    queued, sent = announce("notice", key="n:1", title="通知", text="正文"), post_due()

    path, body = sink.posts[0]
    query = parse_qs(urlsplit(path).query)
    wanted = hmac.new(b"SEC1", f"{query['timestamp'][0]}\nSEC1".encode(), hashlib.sha256).digest()
    assert (queued, sent, base64.b64decode(query["sign"][0]), body["text"]["content"]) == (1, 1, wanted, "通知\n正文")


def test_feishu_is_signed_in_the_body(sink):
    robot(sink, "feishu", "SEC2")
    sink.answers = [{"code": 0, "msg": "success"}]

    announce("notice", key="n:1", title="通知", text="正文")

    assert post_due() == 1
    body = sink.posts[0][1]
    wanted = hmac.new(f"{body['timestamp']}\nSEC2".encode(), b"", hashlib.sha256).digest()
    assert (base64.b64decode(body["sign"]), body["content"]["text"]) == (wanted, "通知\n正文")


def test_wecom_has_its_key_in_the_address(sink):
    robot(sink, "wecom")

    announce("notice", key="n:1", title="通知", text="正文")

    assert (post_due(), sink.posts) == (1, [("/robot?key=1", {"msgtype": "text", "text": {"content": "通知\n正文"}})])


def test_the_same_is_said_once(sink):
    robot(sink, "wecom")

    queued = [announce("notice", key="n:1", title="通知", text="正文") for _n in range(2)]

    assert (queued, post_due(), post_due(), len(sink.posts)) == ([1, 0], 1, 0, 1)


def test_an_objection_is_kept_and_tried_again_later(sink):
    robot(sink, "dingtalk", "SEC1")
    sink.answers = [{"errcode": 310000, "errmsg": "sign not match"}]
    announce("notice", key="n:1", title="通知", text="正文")

    post_due()

    post = RobotPost.objects.get()
    assert (post.state, post.last_error, post_due()) == ("waiting", "310000 sign not match", 0)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "https://evil.example/", "file:///etc/passwd", "https://oapi.dingtalk.com.evil.example/", "http://oapi.dingtalk.com/"]
)
def test_no_other_host_is_ever_called(url):
    with pytest.raises(ValidationError):
        Robot(name="x", kind="wecom", url=url, topics=[]).full_clean()


def test_nothing_is_said_of_what_a_robot_is_not_told_of(sink):
    robot(sink, "wecom")

    assert announce("trouble", key="t", title="x", text="y") == 0


def test_mails_of_unknown_fate_are_told_every_morning_once(sink, time_machine):
    time_machine.move_to("2026-03-05 09:01+08:00", tick=False)
    Robot.objects.create(name="x", kind="wecom", url=sink.url, topics=["trouble"])
    message = OutboxMessageFactory()
    type(message).objects.filter(pk=message.pk).update(state="claimed")
    type(message).objects.filter(pk=message.pk).update(state="sending")
    type(message).objects.filter(pk=message.pk).update(state="unknown")

    assert (post_due(), post_due()) == (1, 0)
    assert "去向不明的邮件 1 封" in sink.posts[0][1]["text"]["content"]


def test_address_and_secret_are_never_shown_again(sink, secretary):
    one = robot(sink, "dingtalk", "SEC-very-secret")
    client = client_for(secretary)
    url = f"/admin/common/robot/{one.pk}/change/"

    page = client.get(url).content.decode()
    saved = client.post(url, {"name": "钉钉群", "kind": "dingtalk", "url": "", "secret": "", "topics": ["notice"], "is_active": "on"})
    tried = client.post(f"/admin/common/robot/{one.pk}/step/try/")

    one.refresh_from_db()
    assert ("SEC-very-secret" in page, sink.url in page, saved.status_code, tried.status_code) == (False, False, 302, 302)
    assert (one.name, one.secret, one.url, len(sink.posts)) == ("钉钉群", "SEC-very-secret", sink.url, 1)
