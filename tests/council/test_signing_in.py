"""Who holds a seat can sign in to vote, and staff learn beforehand who could not."""

import datetime as dt

import pytest
from django.urls import reverse

from council.models import Seat
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.seats import replace_holder
from members.models import Person, User
from tests.council.support import FAR
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.factories.members import InstitutionFactory, PersonFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def draft(secretary, *people):
    """A draft of a body whose seats these people hold."""
    procedure = ProcedureFactory()
    for person in people:
        SeatFactory(body=procedure.body, person=person)
    ballot = draft_ballot(body=procedure.body, title="表决", closes_at=FAR, applications=[], actor=secretary)
    add_motion(ballot, title="第1项")
    return ballot


def test_who_is_given_a_seat_gets_an_account(secretary):
    body, institution, person = BodyFactory(), InstitutionFactory(), PersonFactory(email="seat@example.edu.cn")
    data = {"body": body.pk, "institution": institution.pk, "person": person.pk, "office": "member", "term_from": "2026-01-01", "term_until": ""}

    client_for(secretary).post(reverse("admin:council_seat_add"), data)

    assert (Seat.objects.get().person, Person.objects.get(pk=person.pk).user.email) == (person, "seat@example.edu.cn")


def test_who_takes_a_seat_over_gets_an_account(secretary):
    seat, person = SeatFactory(), PersonFactory(email="next@example.edu.cn")

    replace_holder(seat, person=person, on=dt.date(2027, 1, 1), actor=secretary, reason="退休")

    assert Person.objects.get(pk=person.pk).user.email == "next@example.edu.cn"


def test_the_opening_gives_an_account_to_whose_address_came_after_the_seat(secretary):
    person = PersonFactory(email="late@example.edu.cn")
    ballot = draft(secretary, person)

    open_ballot(ballot, actor=secretary)

    page = client_for(User.objects.get(email="late@example.edu.cn")).get(reverse("council:ballot", args=[ballot.pk]))
    assert (page.status_code, 'value="for"' in page.text) == (200, True)


def test_before_the_opening_staff_read_who_could_not_sign_in(secretary):
    shared = PersonFactory(with_user=True, email="office@example.edu.cn")
    ballot = draft(
        secretary,
        PersonFactory(name="无邮箱", email=""),
        PersonFactory(name="同邮箱", email=shared.email),
        PersonFactory(name="有邮箱", email="fine@example.edu.cn"),
        PersonFactory(name="有账号", with_user=True),
    )

    page = client_for(secretary).get(reverse("admin:council_ballot_open", args=[ballot.pk])).text

    assert [name for name in ("无邮箱没有邮箱地址", "同邮箱：office@example.edu.cn 的账号属于另一个人", "有邮箱：", "有账号：") if name in page] == [
        "无邮箱没有邮箱地址",
        "同邮箱：office@example.edu.cn 的账号属于另一个人",
    ]


def test_two_without_an_account_who_share_an_address_are_told_apart(secretary):
    ballot = draft(secretary, PersonFactory(name="甲", email="both@example.edu.cn"), PersonFactory(name="乙", email="both@example.edu.cn"))

    page = client_for(secretary).get(reverse("admin:council_ballot_change", args=[ballot.pk])).text

    assert page.count("both@example.edu.cn 的账号属于另一个人") == 1
