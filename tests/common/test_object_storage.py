"""Private files in S3-compatible storage: the real client against a small server that keeps objects in memory."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from alliance.settings import env


class ObjectServer(BaseHTTPRequestHandler):
    """PUT, GET, HEAD and DELETE of an object, as the S3 protocol has them."""

    objects: dict[str, bytes] = {}
    acls: list[str] = []
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Quiet."""

    def answer(self, status, body=b"", shown=True):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Tue, 24 Nov 2026 08:00:00 GMT")
        self.send_header("ETag", '"x"')
        self.end_headers()
        if shown:
            self.wfile.write(body)

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding", "").startswith("aws-chunked"):
            size, rest = body.split(b"\r\n", 1)
            body = rest[: int(size.split(b";")[0], 16)]
        self.objects[urlsplit(self.path).path] = body
        self.acls.append(self.headers.get("x-amz-acl", ""))
        self.answer(200)

    def do_GET(self):
        body = self.objects.get(urlsplit(self.path).path)
        self.answer(404 if body is None else 200, body or b"", shown=self.command != "HEAD")

    def do_HEAD(self):
        self.do_GET()

    def do_DELETE(self):
        self.objects.pop(urlsplit(self.path).path, None)
        self.answer(204)


@pytest.fixture
def storage(monkeypatch):
    """The storage as the settings make it, at a server on a free port."""
    ObjectServer.objects.clear()
    ObjectServer.acls.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), ObjectServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("FILES_S3_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("FILES_S3_REGION", "cn-east-1")
    yield S3Storage(**env.object_storage("alliance-files"))
    server.shutdown()
    server.server_close()


def test_a_private_file_goes_there_and_comes_back(storage):
    name = storage.save("2026/a.pdf", ContentFile(b"%PDF-1.7 bytes"))

    with storage.open(name) as stored:
        assert stored.read() == b"%PDF-1.7 bytes"
    assert (ObjectServer.objects, ObjectServer.acls) == ({"/alliance-files/2026/a.pdf": b"%PDF-1.7 bytes"}, ["private"])


def test_a_second_file_of_the_same_name_overwrites_nothing(storage):
    first = storage.save("a.pdf", ContentFile(b"one"))
    second = storage.save("a.pdf", ContentFile(b"two"))

    assert (first == second, sorted(ObjectServer.objects.values())) == (False, [b"one", b"two"])


def test_a_deleted_file_is_gone(storage):
    name = storage.save("a.pdf", ContentFile(b"one"))

    storage.delete(name)

    assert (storage.exists(name), ObjectServer.objects) == (False, {})
