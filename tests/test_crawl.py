"""Follow every link from every door as each role: no page breaks, and nothing of another unit stands on any page."""

import re
from urllib.parse import urlsplit

import pytest

from members.models import Application, Person
from tests.support import client_for
from tests.test_other_units import theirs  # noqa: F401 (a fixture)

DOORS = ("/", "/members/", "/notices/", "/meetings/", "/apply/", "/verify/", "/portal/", "/council/", "/admin/")
LINK = re.compile(r'(?:href|src|action|data-poll)="(/[^"#]*)"')
MOST = 250
# Signing out would end the walk; static files are nobody's data; exports are the lists again.
LEFT_OUT = re.compile(r"^/(static|accounts/logout|admin/logout|language|i18n)|export=|[?&](o|page|q|all|_popup|_facets)=")
SECRETS = ("13999990000", "秘密老师", "secret-unit@example.edu.cn")


def crawl(client, doors=DOORS) -> dict[str, tuple[int, str]]:
    """Address to status and text of everything that can be reached by links; of a query only the first of a path, or lists would never end."""
    todo, seen, shapes = list(doors), {}, set()
    while todo and len(seen) < MOST:
        address = todo.pop(0)
        if address in seen:
            continue
        answer = client.get(address, follow=True)
        kind = answer.get("Content-Type", "")
        text = answer.text if kind.startswith("text/html") and not answer.streaming else ""
        seen[address] = (answer.status_code, text)
        for found in LINK.findall(text.replace("&amp;", "&")):
            parts = urlsplit(found)
            shape = (parts.path, tuple(sorted(piece.split("=")[0] for piece in parts.query.split("&"))))
            if shape not in shapes and not LEFT_OUT.search(found):
                shapes.add(shape)
                todo.append(found)
    return seen


@pytest.fixture
def secret(theirs):  # noqa: F811
    """The other unit's people and its application carry words that must be seen nowhere."""
    owner, applicant, unit, _addresses = theirs
    Person.objects.filter(affiliations__institution=unit).update(name="秘密老师", mobile="13999990000", email="secret-unit@example.edu.cn")
    Application.objects.filter(applicant=applicant).update(liaison_name="秘密老师", liaison_mobile="13999990000", liaison_email="secret-unit@example.edu.cn")
    return owner


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "stranger", "applicant", "liaison", "councillor"])
def test_nobody_comes_by_links_to_what_is_another_unit_s(secret, role, request):
    client = client_for(None if role == "anonymous" else request.getfixturevalue(role))

    pages = crawl(client)

    assert {address: status for address, (status, _text) in pages.items() if status >= 500} == {}
    assert {address for address, (_status, text) in pages.items() if any(word in text for word in SECRETS)} == set()
    assert len(pages) > len(DOORS)


@pytest.mark.django_db
def test_the_owner_does_come_to_it_so_the_walk_would_have_seen_it(secret):
    pages = crawl(client_for(secret))

    assert any(word in text for _status, text in pages.values() for word in SECRETS)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["secretary", "finance_officer"])
def test_no_page_that_staff_come_to_by_links_breaks(secret, role, request):
    # A unit's and the council's pages are not theirs; apart from those, no link leads to what one may not do.
    pages = crawl(client_for(request.getfixturevalue(role)), [door for door in DOORS if door not in {"/portal/", "/council/"}])

    assert {address: status for address, (status, _text) in pages.items() if status >= 400} == {}
    assert len(pages) > 60
