"""Open ballots for measurements."""

import datetime as dt

from alliance.common.clock import database_now
from council.models import Ballot, Body, Procedure, Seat
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from members.models import Institution, Person, User


def open_for_bench(code: str, *, seats: int, motions: int = 1, secret: bool = False, proxies: bool = False) -> Ballot:
    """An open ballot of a body of its own, whose seats can sign in. `code` names it among the others."""
    actor = User.objects.first() or User.objects.create(email="bench@example.edu.cn", name="测速")
    body = Body.objects.create(code=f"bench-{code}", name="测速理事会")
    Procedure.objects.create(body=body, effective_from=dt.date(2018, 10, 1), secret=secret, changeable=not secret, proxies_allowed=proxies)
    units = Institution.objects.bulk_create(Institution(name=f"表决测速大学{code}-{n}") for n in range(seats))
    users = User.objects.bulk_create(User(email=f"{code}-{n}@bench.example.edu.cn", name=f"理事{n}") for n in range(seats))
    people = Person.objects.bulk_create(Person(name=user.name, user=user) for user in users)
    Seat.objects.bulk_create(Seat(body=body, institution=u, person=p, term_from=dt.date(2024, 1, 1)) for u, p in zip(units, people, strict=True))
    closes = database_now() + dt.timedelta(days=7)
    ballot = draft_ballot(body=body, title=f"测速{code}", closes_at=closes, applications=[], actor=actor)
    for number in range(motions):
        add_motion(ballot, title=f"第{number + 1}项")
    return open_ballot(ballot, actor=actor)
