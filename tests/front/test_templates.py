"""What holds for every template, form and error page."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from alliance.common.views import errors

ROOT = Path(__file__).resolve().parents[2]
PAGES = [p for p in sorted((ROOT / "templates").rglob("*.html")) if not {"pdf", "mail", "email"} & set(p.parts)]


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_page_has_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son(?:click|change|submit|load)=|javascript:", text) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_page_asks_a_foreign_host(path):
    text = path.read_text(encoding="utf-8")

    assert [
        a for a in re.findall(r"(?:src|href)=\"(https?://[^\"]+)", text) if not a.startswith(("https://beian.miit.gov.cn", "https://beian.mps.gov.cn"))
    ] == []


class SampleForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致")
    kind = forms.ChoiceField(label="种类", choices=[("a", "甲")], widget=forms.RadioSelect)


def test_a_form_with_errors_has_a_summary_that_links_to_the_fields():
    page = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": SampleForm({})}))

    assert ('role="alert"' in page, 'href="#id_name"' in page, 'id="id_name_error"' in page, 'aria-invalid="true"' in page) == (True,) * 4
    assert 'aria-describedby="id_name_helptext id_name_error"' in page


def test_radio_buttons_stand_in_a_fieldset_with_a_legend():
    page = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": SampleForm()}))

    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>种类", page)


def test_the_page_for_our_own_faults_needs_nothing():
    response = errors.server_error(RequestFactory().get("/"))

    assert (response.status_code, "系统出错了" in response.content.decode()) == (500, True)


@pytest.mark.django_db
def test_a_missing_page_says_so_in_the_persons_language(client):
    chinese = client.get("/no/such/page/")
    client.post("/language/", {"language": "en", "next": "/"})
    english = client.get("/no/such/page/")

    assert ("没有这个页面" in chinese.content.decode(), "There is no such page" in english.content.decode(), english.status_code) == (True, True, 404)


@pytest.mark.django_db
def test_an_english_browser_gets_chinese_until_the_person_chooses(client):
    before = client.get("/", headers={"accept-language": "en-US"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/"})
    after = client.get("/").content.decode()

    assert ('<html lang="zh-Hans">' in before, '<html lang="en">' in after, ">中文<" in after) == (True, True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client, target):
    assert client.post("/language/", {"language": "en", "next": target}).url == "/"


@pytest.mark.django_db
def test_the_content_policy_is_strict(client):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert ("default-src 'none'" in policy, "script-src 'self'" in policy, "unsafe" in policy, "frame-ancestors 'none'" in policy) == (True, True, False, True)


@pytest.mark.django_db
@pytest.mark.parametrize(("value", "shown"), [("5000", "¥5,000.00"), ("0.5", "¥0.50")])
def test_money_and_days_are_written_as_an_office_writes_them(value, shown):
    import datetime as dt

    page = Template("{{ amount|yuan }} {{ date|day }}").render(Context({"amount": value, "date": dt.date(2026, 3, 5)}))

    assert page == f"{shown} 2026年3月5日"


def contrast(first: str, second: str) -> float:
    """WCAG 2: the ratio of two colours' luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    ("ink", "paper"), ("ink-soft", "paper"), ("ink-soft", "surface"), ("primary", "surface"), ("on-primary", "primary"), ("primary", "primary-soft"),
    ("map-ink-1", "map-1"), ("map-ink-2", "map-2"), ("map-ink-3", "map-3"), ("map-ink-4", "map-4"),
    ("success-strong", "success-soft"), ("warning-strong", "warning-soft"), ("seal", "surface"), ("seal", "seal-soft"), ("ink-soft", "muted-soft"),
]  # fmt: skip


# What is no text but must be seen: the ring of the focus, the frame of a field, a bar against its track.
SHAPES = [("focus", "paper"), ("focus", "surface"), ("line-strong", "surface"), ("line-strong", "paper"), ("primary", "muted-soft"), ("seal", "surface")]


def tokens_of(scheme: int) -> dict[str, str]:
    """The colours of the light (0) or the dark (1) scheme."""
    blocks = (ROOT / "static/css/tokens.css").read_text().split("@media")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0])) | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1])) if scheme else {})


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="/".join)
def test_text_can_be_read(scheme, pair):
    tokens = tokens_of(scheme)

    assert contrast(tokens[pair[0]], tokens[pair[1]]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", SHAPES, ids="/".join)
def test_shapes_can_be_seen(scheme, pair):
    tokens = tokens_of(scheme)

    assert contrast(tokens[pair[0]], tokens[pair[1]]) >= 3


def test_only_the_tokens_name_colours():
    others = [p for p in sorted((ROOT / "static/css").glob("*.css")) if p.name not in {"tokens.css", "admin.css", "print.css"}]

    # White behind a QR code is what cameras need, in either scheme.
    found = {p.name: [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b", p.read_text()) if c.lower() not in {"#fff", "#b8c4de"}] for p in others}
    assert found == {p.name: [] for p in others}
