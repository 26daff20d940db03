"""The secretariat's pages: planner, drafts, letters, nominations, numbers, the allowance of all units."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.models import CalendarDay, Organisation
from meetings.models import Meeting, Registration
from meetings.selectors.numbers import allowance_use
from meetings.selectors.planner import year_plan
from meetings.services.registration import register
from meetings.services.templates import ensure_templates
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import InstitutionFactory, MembershipFactory, PersonFactory
from tests.support import client_for, moment


def step(meeting, name):
    return reverse(f"admin:meetings_meeting_{name}", args=[meeting.pk])


@pytest.mark.django_db
def test_the_planner_says_what_stands_against_a_date():
    CalendarDay.objects.create(day=dt.date(2100, 3, 19), name="联盟成立日")
    holiday = MeetingFactory(starts_at=moment("2100-03-19 09:00"), quarter=1)
    weekend = MeetingFactory(starts_at=moment("2100-06-19 09:00"), quarter=2)
    first, second = [MeetingFactory(starts_at=moment("2100-09-15 09:00"), title=title) for title in ("甲会", "乙会")]

    plan = year_plan(2100)

    conflicts = {p.meeting.pk: p.conflicts for _month, rows in plan["months"] for p in rows}
    assert conflicts == {
        holiday.pk: ["03-19 联盟成立日"], weekend.pk: ["06-19 周末"], first.pk: ["与“乙会”时间重叠。"], second.pk: ["与“甲会”时间重叠。"],
    }  # fmt: skip
    assert (plan["missing"], plan["covered"]) == ([3, 4], False)


@pytest.mark.django_db
def test_the_official_holidays_are_known():
    MeetingFactory(starts_at=moment("2026-10-01 09:00"), members_from=moment("2020-01-01 00:00"))

    ((_month, (planned,)),) = [pair for pair in year_plan(2026)["months"] if pair[1]]

    assert planned.conflicts == ["10-01 国庆节"]


@pytest.mark.django_db
def test_a_draft_from_a_template_by_the_page(secretary):
    ensure_templates()
    template = Meeting._meta.get_field("template").related_model.objects.get(kind="quarterly")

    client_for(secretary).post(reverse("admin:meetings_meeting_plan"), {"template": template.pk, "day": "2100-06-18"})

    assert [(m.title, m.status) for m in Meeting.objects.all()] == [("2100年第2季度项目会议", "draft")]


@pytest.mark.django_db
def test_a_letter_is_shown_with_its_count_before_it_goes_out(secretary, outbox_for):
    meeting = MeetingFactory()
    here, elsewhere = [RegistrationFactory(meeting=meeting, institution=InstitutionFactory(province=p)) for p in ("江苏省", "河北省")]
    data = {"statuses": ["confirmed"], "provinces": ["江苏省"], "subject": "班车安排", "text": "上午八点在南门集合。"}
    client = client_for(secretary)

    preview = client.post(step(meeting, "letter"), data).content.decode()
    before = len(outbox_for(here))
    for _press in range(2):
        client.post(step(meeting, "letter"), data | {"previewed": "1"})

    assert ("上午八点在南门集合" in preview, before, [m.subject for m in outbox_for(here)], len(outbox_for(elsewhere))) == (True, 0, ["班车安排"], 0)


@pytest.mark.django_db
def test_registering_somebody_by_staff_keeps_the_reason_and_leaves_nobody_behind_when_refused(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(capacity=1), InstitutionFactory()
    data = {"institution_name": unit.name, "name": "主讲人", "email": "", "offer": meeting.offers.get().pk, "reason": "特邀报告"}
    client = client_for(secretary)

    for name in ("主讲人", "第二人"):
        client.post(step(meeting, "register"), data | {"name": name, "previewed": "1"})

    assert [(r.person.name, r.override_reason) for r in Registration.objects.all()] == [("主讲人", "特邀报告")]
    assert list(unit.affiliations.values_list("person__name", flat=True)) == ["主讲人"]


@pytest.mark.django_db
def test_who_stands_only_on_paper_is_entered_after_the_meeting_was_closed(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(status="held", starts_at=now() - dt.timedelta(days=1)), InstitutionFactory()
    client = client_for(secretary)
    data = {"institution_name": unit.name, "name": "临时参会", "email": "", "offer": meeting.offers.get().pk, "reason": "纸质签到", "previewed": "1"}

    page = client.get(reverse("admin:meetings_meeting_change", args=[meeting.pk])).content.decode()
    client.post(step(meeting, "register"), data)
    place = Registration.objects.get()
    client.post(step(meeting, "attendance"), {"present": [place.pk]})

    place.refresh_from_db()
    assert (step(meeting, "register") in page, place.person.name, place.status) == (True, "临时参会", "attended")


@pytest.mark.django_db
def test_fewer_places_than_are_taken_is_an_error_at_the_field(secretary):
    meeting = MeetingFactory(capacity=5)
    RegistrationFactory.create_batch(2, meeting=meeting)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    client = client_for(secretary)
    form = client.get(url).context["adminform"].form
    data = {name: "" if (value := form.initial.get(name)) is None else value for name in form.fields}
    for name in ("starts_at", "ends_at", "members_from", "register_until"):
        if name in data:
            data[f"{name}_0"], data[f"{name}_1"] = getattr(meeting, name).astimezone().strftime("%Y-%m-%d %H:%M:%S").split(" ")
    empty = {f"{prefix}-{part}": "0" for prefix in ("offers", "questions", "sessions", "decisions") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}

    page = client.post(url, data | empty | {"capacity": "1"}).content.decode()

    assert ("2 个名额" in page, Meeting.objects.get(pk=meeting.pk).capacity) == (True, 5)


@pytest.mark.django_db
def test_the_allowance_of_all_units(secretary):
    AllowanceRuleFactory()
    used, unused = [MembershipFactory() for _n in range(2)]
    for meeting in MeetingFactory.create_batch(2):
        register(meeting, used.institution, PersonFactory(), actor=secretary)

    rows = {use.membership.pk: (use.used, use.free, use.people) for use in allowance_use(2100)}
    table = client_for(secretary).get(f"{reverse('admin:meetings_allowancerule_use')}?year=2100&show=none&export=csv").content.decode("utf-8-sig")

    assert rows == {used.pk: (2, 3, 2), unused.pk: (0, 3, 0)}
    assert (unused.institution.name in table, used.institution.name in table) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["admin:meetings_meeting_planner", "admin:meetings_allowancerule_use", "admin:meetings_registration_changelist", "numbers"])
def test_the_pages_ask_as_much_for_thirty_rows_as_for_one(url, secretary):
    Organisation.load()
    AllowanceRuleFactory()
    meeting, client, counts = MeetingFactory(), client_for(secretary), []
    address = step(meeting, "numbers") if url == "numbers" else f"{reverse(url)}?year=2100" if "registration" not in url else reverse(url)
    for more in (1, 29):
        for _n in range(more):
            RegistrationFactory(meeting=meeting, institution=MembershipFactory().institution)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["meetings_meeting_changelist", "meetings_meeting_planner"])
def test_finance_sees_no_link_to_what_only_the_secretariat_may_do(page, secretary, finance_officer):
    link = reverse("admin:meetings_meeting_plan")

    seen = [link in client_for(user).get(reverse(f"admin:{page}")).content.decode() for user in (finance_officer, secretary)]

    assert seen == [False, True]
