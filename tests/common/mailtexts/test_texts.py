"""Texts of mails in the hands of staff: every field declared, nothing else reachable, every version kept."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from alliance.common.exceptions import Refusals
from alliance.common.mailtexts.language import TextError, parse, render
from alliance.common.mailtexts.preview import preview
from alliance.common.mailtexts.services import collecting, fill, problems, reset_text, save_text, version_in_force
from alliance.common.mailtexts.shipped import names, shipped
from alliance.common.models import MailTextVersion, Organisation, OutboxMessage
from alliance.common.outbox import rendered
from members import mails
from tests.factories.members import ApplicationFactory, MembershipFactory
from tests.support import client_for

WELCOME = "members/mail/welcome"
SUBMITTED = "members/mail/application_submitted"
FIELDS = {"name": "text", "rows": "part", "item": "text"}


class Given:
    def text(self, name):
        return {"name": "{{ item }}", "item": "x"}[name]

    def holds(self, name):
        return True

    def each(self, name):
        return [self, self]


def test_values_are_put_in_as_they_are_and_never_read_again():
    assert render(parse("致{{ name }}：{{#rows}}({{item}}){{/rows}}{{^rows}}无{{/rows}}", FIELDS), Given()) == "致{{ item }}：(x)(x)"


@pytest.mark.parametrize(
    "text",
    [
        "{{ settings.SECRET_KEY }}", "{{ name.__class__ }}", "{{ 7*7 }}", "{{ nme }}", "{{ name|upper }}", "{% load static %}", "{{#rows}}x", "x{{/rows}}",
        "{{#rows}}{{#name}}{{/rows}}{{/name}}", "{{ name", "name }}", "{{ rows }}", "{{ }}", "{{> name }}", "{{{ name }}}",
    ],
)  # fmt: skip
def test_anything_but_a_declared_field_is_an_error(text):
    with pytest.raises(TextError):
        parse(text, FIELDS)


def test_a_mistyped_field_is_told_with_the_one_that_was_meant():
    with pytest.raises(TextError) as error, translation.override("zh-hans"):
        parse("{{ nme }} {{ other }}", FIELDS)

    assert error.value.problems == ["此邮件没有字段“nme”。是否想写“name”？", "此邮件没有字段“other”。"]


@pytest.mark.parametrize("template", names())
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_mail_is_editable_as_it_stands(template, language):
    mail = shipped(template, language)

    assert problems(template, language, mail.subject, mail.body) == {}
    assert "" not in {mail.subject.strip(), mail.body.strip()}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_shipped_text_in_the_staffs_language_says_what_the_template_says(language):
    application = ApplicationFactory()
    with collecting() as letters:
        mails.application_submitted(application)
        mails.application_declined(application)
    for template, _language, context in letters:
        mail = shipped(template, language)
        with translation.override(language):
            full = {"organisation": Organisation.load(), "site_url": "x", **context}
            original = rendered(template, full, language=language)
            assert fill(template, language, mail.subject, mail.body, full) == (original["subject"], original["body_text"])
    assert {template for template, _language, _context in letters} == {SUBMITTED, "members/mail/application_declined"}


@pytest.mark.django_db
def test_a_changed_text_is_in_the_next_mail_and_reset_brings_back_the_shipped_one(secretary):
    save_text(SUBMITTED, "zh-hans", subject="收到 {{ reference }}", body="{{ name }}，谢谢{{ institution }}。", actor=secretary)
    first = ApplicationFactory()
    mails.application_submitted(first)
    reset_text(SUBMITTED, "zh-hans", actor=secretary)
    second = ApplicationFactory()
    mails.application_submitted(second)

    changed, shipped_again = (OutboxMessage.objects.filter(subjects__object_id=str(one.pk)).first() for one in (first, second))
    assert (changed.subject, changed.body_text) == (f"收到 {first.reference}", f"{first.liaison_name}，谢谢{first.institution_name}。\n")
    assert shipped_again.subject.startswith("已收到您的申请")
    assert list(MailTextVersion.objects.order_by("number").values_list("number", "shipped")) == [(1, False), (2, True)]


@pytest.mark.django_db
def test_an_unknown_field_is_refused_at_saving(secretary):
    with pytest.raises(Refusals):
        save_text(SUBMITTED, "zh-hans", subject="x", body="{{ settings.SECRET_KEY }}", actor=secretary)

    assert version_in_force(SUBMITTED, "zh-hans") is None


@pytest.mark.django_db
def test_what_an_applicant_writes_is_not_read_as_language(secretary, settings):
    save_text("members/mail/application_declined", "zh-hans", subject="决定", body="{{ reason }}", actor=secretary)
    application = ApplicationFactory(decision_reason="{{ settings.SECRET_KEY }} {{ name }} {% now 'Y' %}")

    mails.application_declined(application)

    message = OutboxMessage.objects.first()
    assert message.body_text == "{{ settings.SECRET_KEY }} {{ name }} {% now 'Y' %}\n"
    assert settings.SECRET_KEY not in message.body_html


@pytest.mark.django_db
def test_a_text_that_no_longer_fits_gives_way_to_the_shipped_one(secretary, caplog):
    version = save_text(SUBMITTED, "zh-hans", subject="收到", body="{{ reference }}", actor=secretary)
    MailTextVersion.objects.create(template=SUBMITTED, language="zh-hans", number=version.number + 1, subject="x", body="{{ gone }}", made_by=secretary)

    mails.application_submitted(ApplicationFactory())

    assert OutboxMessage.objects.first().subject.startswith("已收到您的申请")
    assert "does not fit any more" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_versions_cannot_be_changed_or_deleted(secretary):
    version = save_text(SUBMITTED, "zh-hans", subject="收到", body="{{ reference }}", actor=secretary)

    for step in (lambda: MailTextVersion.objects.filter(pk=version.pk).update(body="x"), version.delete):
        with pytest.raises(Exception, match="annot"), transaction.atomic():
            step()


@pytest.mark.django_db(transaction=True)
def test_two_people_save_at_once_and_both_versions_are_kept(secretary, race):
    race(*[lambda n=n: save_text(SUBMITTED, "zh-hans", subject=f"收到 {n}", body="x", actor=secretary) for n in range(4)])

    assert sorted(MailTextVersion.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_numbers_collide(secretary, race):
    def careless(n):
        last = MailTextVersion.objects.count()
        MailTextVersion.objects.create(template="x", language="en", number=last + 1, subject=f"{n}", made_by=secretary)

    results = race(*[lambda n=n: careless(n) for n in range(6)])

    assert any(isinstance(result, IntegrityError) for result in results)


@pytest.mark.django_db
def test_a_preview_writes_nothing():
    application = ApplicationFactory()

    shown = preview(SUBMITTED, "zh-hans", "收到 {{ reference }}", "{{ institution }}", application)

    assert (shown.subject, shown.body) == (f"收到 {application.reference}", f"{application.institution_name}\n")
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_the_page_previews_refuses_saves_and_resets(secretary):
    application = ApplicationFactory()
    client = client_for(secretary)
    url = reverse("admin:mailtext", kwargs={"language": "zh-hans", "template": SUBMITTED})

    partial = client.post(url, {"step": "preview", "subject": "收到 {{ reference }}", "body": "{{ institution }}"}, headers={"X-Partial": "preview"})
    refused = client.post(url, {"step": "save", "subject": "收到", "body": "{{ settings.SECRET_KEY }}"})
    saved = client.post(url, {"step": "save", "subject": "收到 {{ reference }}", "body": "{{ institution }}\r\n"})
    page = client.get(url)
    reset = client.post(url, {"step": "reset"})

    assert application.reference in partial.content.decode()
    assert "“{{ settings.SECRET_KEY }}”" in refused.content.decode().replace("&#x27;", "'")
    assert (saved.status_code, reset.status_code, page.status_code) == (302, 302, 200)
    assert "{{ institution }}" in page.content.decode()
    assert list(MailTextVersion.objects.order_by("number").values_list("body", "shipped")) == [("{{ institution }}\n", False), ("", True)]


@pytest.mark.django_db
def test_finance_may_look_and_not_change(finance_officer):
    client = client_for(finance_officer)
    url = reverse("admin:mailtext", kwargs={"language": "en", "template": WELCOME})
    MembershipFactory()

    assert (client.get(url).status_code, client.get(reverse("admin:mailtexts")).status_code) == (200, 200)
    assert client.post(url, {"step": "save", "subject": "x", "body": "x"}).status_code == 403
    assert client.get(reverse("admin:mailtext", kwargs={"language": "xx", "template": WELCOME})).status_code == 404
    assert client.get(reverse("admin:mailtext", kwargs={"language": "en", "template": "../../etc/passwd"})).status_code == 404
