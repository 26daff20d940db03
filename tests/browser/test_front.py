"""What only a browser can tell of the pages: menus, focus, uploads, autosave, passkeys, narrow screens."""

import io

import pytest
from PIL import Image

pytestmark = pytest.mark.browser
PUBLIC = ["/", "/benefits/", "/members/", "/meetings/", "/verify/", "/apply/", "/accounts/login/", "/accounts/login/code/", "/no/such/page/"]


def photo(width: int = 800) -> bytes:
    """A phone's photo."""
    out = io.BytesIO()
    Image.new("RGB", (width, width), "#ddd").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("path", PUBLIC)
def test_nothing_must_be_scrolled_sideways_on_the_narrowest_phone(visitor, path):
    person = visitor(width=320, height=640)
    page = person.open(path)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    person.complaints = [line for line in person.complaints if "404" not in line]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_phones_menu_opens(visitor, javascript):
    page = visitor(width=360, javascript=javascript).open("/")
    link = page.locator(".site-nav a[href='/members/']")
    before = link.is_visible()

    page.click(".menu-link")

    assert (before, link.is_visible()) == (False, True)


def test_every_target_of_the_start_page_can_be_hit_with_a_finger(visitor):
    page = visitor(width=360).open("/")
    page.click(".menu-link")

    sizes = page.evaluate(
        "[...document.querySelectorAll('.button, .site-nav a, .site-nav button, .province a')].map(e => [e.textContent.trim(), e.offsetHeight])"
    )
    assert [pair for pair in sizes if 0 < pair[1] < 44] == []


def test_the_keyboard_comes_past_the_menu_and_sees_where_it_is(visitor):
    page = visitor().open("/")

    page.keyboard.press("Tab")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")

    assert (ring, page.evaluate("document.activeElement.id")) == ("solid", "content")


def test_a_summary_of_errors_has_the_focus_and_leads_to_the_field(visitor):
    page = visitor().open("/accounts/login/code/")
    page.click("main button[type=submit]")

    focused = page.evaluate("document.activeElement.className")
    page.click(".error-summary a")

    assert (focused, page.evaluate("document.activeElement.id"), page.title().startswith("错误：")) == ("error-summary", "id_email", True)


def begun_application(visitor, system, address: str):
    """A draft of somebody new, who stands before its task list."""
    person = visitor(width=360)
    person.sign_in_with_code(address, "/apply/")
    page = person.open("/apply/")
    page.click("main form button[type=submit]")
    page.wait_for_selector(".task-list")
    return person


def test_typing_survives_a_broken_connection(visitor, system):
    person = begun_application(visitor, system, "autosave@example.edu.cn")
    page = person.page
    page.click(".task-list a >> nth=1")
    field = page.locator("main form[data-autosave] input.input").first
    name = field.get_attribute("name")

    person.context.set_offline(True)
    field.fill("教师发展中心")
    page.locator("[data-saved]", has_text="网络中断").wait_for()
    person.context.set_offline(False)
    page.locator("[data-saved]", has_text="已保存").wait_for()
    page.reload()

    assert page.input_value(f"[name={name}]") == "教师发展中心"
    person.complaints = [line for line in person.complaints if "ERR_INTERNET_DISCONNECTED" not in line]


def test_a_file_that_cannot_be_taken_is_said_before_it_is_sent(visitor, system):
    page = visitor().open("/")
    # The widget alone, on a page of ours, so that no application has to be filled in first.
    page.evaluate(
        """() => { document.querySelector("main").innerHTML = `<form method="post"><div class="upload" data-upload data-limit="1000" data-too-large="太大" data-wrong-type="类型不对" data-drop="拖放" data-preview="预览" data-sending="" data-failed=""><input type="file" accept="image/jpeg"></div></form>`; }"""
    )
    page.add_script_tag(url=f"{system.url}/static/js/upload.js")
    said = []
    for upload in ({"name": "a.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}):
        page.set_input_files("input[type=file]", upload)
        said.append(page.inner_text(".upload__note"))

    assert (said, page.evaluate("document.querySelector('input[type=file]').files.length")) == (["类型不对", "太大"], 0)


def test_a_passkey_is_set_up_and_signs_in_alone(visitor, system):
    person = visitor()
    # A passkey belongs to a name; browsers refuse them for a bare address.
    home = system.url.replace("127.0.0.1", "localhost")
    person.system = type(system)(home, system.sink, system.environment)
    cdp = person.context.new_cdp_session(person.page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}})
    person.sign_in_with_code("passkey@example.edu.cn", "/apply/")
    page = person.open("/accounts/2fa/webauthn/add/")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/webauthn/add" not in url)
    page = person.open("/accounts/logout/")
    page.click("main button[type=submit]")

    page = person.open("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{home}/apply/")

    assert "passkey@example.edu.cn" in page.inner_text("header")
