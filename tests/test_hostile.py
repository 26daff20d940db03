"""No input ends in a 500: every form of every page, filled with what nobody should send, by the people who may open the page."""

import io
import os
import random
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from lxml import html

from tests.support import client_for
from tests.test_access import PAGES, admin_addresses, world  # noqa: F401 (the fixture is used by name)

# A full round over all pages takes minutes; each run of the suite draws a part of it. `HOSTILE_ROUNDS` asks for more.
ROUNDS = int(os.environ.get("HOSTILE_ROUNDS", "1"))
TEXTS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "张" * 10_000,
    "😀" * 50,
    "\ud7ff\uffff",
    "２０２６",
    "１２３．４５",
    "-1",
    "0",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "Infinity",
    "9999-99-99",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31T23:59",
    "10000-01-01",
    '=HYPERLINK("http://a")',
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% now %}",
    "'; DROP TABLE x; --",
    "..%2f..%2fetc/passwd",
    "a@b",
    "a@" + "b" * 300 + ".edu.cn",
    "x\r\nBcc: y@example.edu.cn",
    "http://[::1",
    "\u202e\u200b",
]


def bomb() -> bytes:
    """Some kilobytes that unpack to a hundred megabytes, under the name of a workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000_000)
    return buffer.getvalue()


BOMB = bomb()
FILES = [
    ("a.pdf", b""),
    ("a.pdf", b"%PDF-1.7\n garbage"),
    ("photo.jpg", b"%PDF-1.4\n%%EOF"),
    ("..\\..\\evil\x00.xlsx", b"PK\x03\x04" + b"\xff" * 500),
    ("a.xlsx", BOMB),
    ("a.csv", "名称,日期\n苏州大学".encode("utf-16")),
    ("a.csv", bytes(range(256)) * 20),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("张" * 200 + ".zip", BOMB),
]


def forms_of(page: bytes, address: str):
    """The forms of a page that are sent by POST: where to, and their fields as (name, type, choices)."""
    text = page.decode("utf-8", "replace")
    if not text.strip():
        return
    tree = html.fromstring(text)
    for form in tree.forms:
        if form.method != "POST" or "logout" in (form.action or "") or "set_language" in (form.action or "") or "language" in (form.action or ""):
            continue
        fields = []
        for field in form.inputs:
            if not field.name or field.name == "csrfmiddlewaretoken":
                continue
            kind = "select" if field.tag == "select" else field.get("type", "text") if field.tag == "input" else field.tag
            fields.append((field.name, kind, list(getattr(field, "value_options", [])) if kind == "select" else [field.get("value") or ""]))
        yield (form.action or address).split("#")[0] or address, fields


def filled(fields, chance: random.Random):
    """Hostile values for the fields; now and then one is missing, doubled, or as it should be."""
    data = {}
    for name, kind, usual in fields:
        dice = chance.random()
        if dice < 0.1:
            continue
        if kind == "file":
            filename, content = chance.choice(FILES)
            data[name] = SimpleUploadedFile(filename, content)
        elif dice < 0.35 and usual:
            data[name] = chance.choice(usual) or ""
        elif dice < 0.4:
            data[name] = [chance.choice(TEXTS), chance.choice(TEXTS)]
        else:
            data[name] = chance.choice(TEXTS)
    return data


def attack(client, addresses, chance, rounds=ROUNDS):
    """Open these pages, fill and send each of their forms; returns what answered with a 500 or broke, how many were sent, and the pages that opened."""
    broken, sent, opened = [], 0, set()
    client.raise_request_exception = False
    for address in addresses:
        page = client.get(address)
        if page.status_code >= 500:
            broken.append((address, {}, repr(getattr(page, "exc_info", ("", ""))[1])[:200]))
        if page.status_code != 200 or "html" not in page.get("Content-Type", ""):
            continue
        opened.add(address)
        for action, fields in forms_of(page.content, address):
            for _round in range(rounds):
                data = filled(fields, chance)
                target = action if action.startswith("/") else address.split("?")[0] + action if action.startswith("?") else address
                with transaction.atomic():
                    answer = client.post(target, data)
                    transaction.set_rollback(True)
                sent += 1
                if answer.status_code >= 500:
                    broken.append((target, {name: str(value)[:40] for name, value in data.items()}, repr(getattr(answer, "exc_info", ("", ""))[1])[:200]))
    return broken, sent, opened


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "applicant", "liaison", "councillor"])
def test_no_form_of_the_pages_breaks(world, role):  # noqa: F811
    people, arguments = world
    addresses = [reverse(name, args=arguments.get(name, [])) for name, table in PAGES.items() if table[role] == 200]

    broken, sent, _opened = attack(client_for(people[role]), addresses, random.Random(role))

    assert broken == []
    assert sent > 0


@pytest.mark.django_db
def test_no_form_of_the_admin_breaks(world):  # noqa: F811
    people, _arguments = world
    finance, secretary = client_for(people["finance"]), client_for(people["secretary"])

    # Each form once, by the one who may do less; with more rounds both send all.
    broken, sent, opened = attack(finance, admin_addresses(), random.Random("finance"))
    others = [address for address in admin_addresses() if ROUNDS > 1 or address not in opened]

    broken_too, sent_too, _opened = attack(secretary, others, random.Random("secretary"))

    assert broken + broken_too == []
    assert min(sent, sent_too) > 0


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "applicant", "liaison", "councillor", "secretary"])
def test_no_query_breaks_a_page(world, role):  # noqa: F811
    people, arguments = world
    client = client_for(people[role])
    client.raise_request_exception = False
    chance = random.Random(role)
    addresses = [reverse(name, args=arguments.get(name, [])) for name, table in PAGES.items() if table[role] == 200]
    addresses += [address for address in admin_addresses() if role == "secretary" and "?" not in address]
    words = ["q", "page", "sort", "year", "unit", "on", "o", "e", "day", "next", "kind", "province", "format", "export"]

    broken = []
    for address in addresses:
        query = {word: chance.choice(TEXTS) for word in chance.sample(words, 5)}
        with transaction.atomic():
            answer = client.get(address, query)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            broken.append((address, query, repr(getattr(answer, "exc_info", ("", ""))[1])[:200]))

    assert broken == []
