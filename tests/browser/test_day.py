"""A day in a browser: a teacher with the ticket on the phone, staff's phone at the door, with and without a network."""

import pytest

from tests.browser.conftest import wait_until
from tests.browser.test_path import picture

pytestmark = pytest.mark.browser
TICKETS = """
from alliance.home.sample.story.around import open_a_door
from meetings.models import Meeting, Registration
from members.models import User
if not Meeting.objects.filter(kind="seminar").exists():
    open_a_door(User.objects.get(email="secretariat@sample.edu.cn"))
print(" ".join(Registration.objects.filter(meeting__kind="seminar", status="confirmed").order_by("pk").values_list("ticket", flat=True)))
"""
CROWD = 200
A_CROWD = f"""
import secrets
from alliance.common.clock import now
from alliance.common.transitions import move
from meetings.models import Meeting, Offer, Registration
from members.models import Institution, Person
import datetime as dt
begin = now() - dt.timedelta(minutes=30)
meeting = Meeting.objects.create(
    kind="community", slug="crowd", title="发展师共同体（样例）", starts_at=begin, ends_at=begin + dt.timedelta(hours=9), place="苏州", capacity={CROWD},
    members_from=begin - dt.timedelta(days=30), register_until=begin,
)
offer = Offer.objects.create(meeting=meeting, name="免费", draws_on_allowance=False)
move(meeting, to="published")
unit = Institution.objects.get(name="南京大学")
for number in range({CROWD}):
    person = Person.objects.create(name=f"来宾{{number}}（样例）")
    Registration.objects.create(meeting=meeting, institution=unit, person=person, offer=offer, status="confirmed", ticket=secrets.token_urlsafe(12))
"""
# What a hand scanner and a finger do, as fast as the page can follow: each ticket of the list is typed into the field, each button pressed.
LET_ALL_IN = """() => {
  const field = document.querySelector("#q"), rows = JSON.parse(localStorage.getItem("door:crowd")).rows;
  for (const row of rows) {
    field.value = `${location.origin}/checkin/${row.t}/`;
    field.form.requestSubmit();
    document.querySelector("[data-door-found] button").click();
  }
  return JSON.parse(localStorage.getItem("door-queue:crowd")).length;
}"""


@pytest.fixture
def tickets(system):
    """Tickets of a seminar whose door is open."""
    return system.manage("shell", "-c", TICKETS).split()[-3:]


def test_a_teacher_sees_the_ticket_and_answers_the_questions(visitor, tickets):
    teacher = visitor(width=360, height=740)
    page = teacher.open(f"/t/{tickets[0]}/")
    assert page.is_visible("img.qr")
    picture(page, "ticket")
    page.click("text=填写参会反馈")
    page.click("main form button[type=submit]")
    page.wait_for_selector("[data-error-summary]")
    page.click("label:has-text('5 非常好') >> nth=0")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=谢谢，您的反馈已收到。")


def test_staff_let_people_in_by_scan_and_by_name_and_a_second_scan_tells(visitor, tickets):
    staff = visitor(width=360, height=740)
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/checkin/")
    page = staff.open(f"/checkin/{tickets[1]}/")
    name = page.inner_text(".scan h1")
    page.click(".button--huge")
    page.wait_for_selector(".scan--in")
    picture(page, "let-in")
    page = staff.open(f"/checkin/{tickets[1]}/")
    assert "此前已签到" in page.inner_text(".scan--again")
    page.click("text=返回签到台")
    page.fill("#q", name)
    page.click("form[role=search] button")
    page.wait_for_selector("text=查找结果")
    assert name in page.inner_text("main")


def test_without_a_network_the_door_goes_on_and_nothing_is_lost(visitor, tickets):
    staff = visitor(width=360, height=740)
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/checkin/")
    page = staff.open("/checkin/")
    page.click("text=进入签到台")
    page.wait_for_function("navigator.serviceWorker.ready.then((r) => Boolean(r.active))")
    page.reload()
    page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('door:'))")
    staff.context.set_offline(True)
    page.goto(f"{staff.system.url}/checkin/{tickets[2]}/")
    page.wait_for_selector("[data-door-found] button", timeout=2000)
    page.click("[data-door-found] button")
    page.wait_for_selector("text=1 条签到待上传")
    staff.complaints.clear()
    staff.context.set_offline(False)
    count = "from meetings.models import CheckIn; print(CheckIn.objects.filter(way='offline').count())"
    wait_until(lambda: staff.system.manage("shell", "-c", count).split()[-1] == "1", 60, "the scan that was kept")
    staff.complaints.clear()


def test_two_hundred_scans_of_one_phone_arrive_when_the_network_is_back(system, visitor):
    system.manage("shell", "-c", A_CROWD)
    staff = visitor(width=360, height=740)
    staff.sign_in_with_password("secretariat@sample.edu.cn", "/checkin/")
    page = staff.open("/checkin/door/crowd/")
    page.wait_for_function("() => localStorage.getItem('door:crowd') !== null")
    staff.context.set_offline(True)

    kept = page.evaluate(LET_ALL_IN)
    page.wait_for_selector(f"text={CROWD} 条签到待上传")
    staff.context.set_offline(False)

    page.wait_for_selector("[data-door-offline]", state="hidden", timeout=60_000)
    count = "from meetings.models import CheckIn; print(CheckIn.objects.filter(registration__meeting__slug='crowd', undone_at=None).count())"
    left = page.evaluate("JSON.parse(localStorage.getItem('door-queue:crowd')).length")
    assert (kept, left, system.manage("shell", "-c", count).split()[-1]) == (CROWD, 0, str(CROWD))
    staff.complaints.clear()  # The browser names each request that found no network.
