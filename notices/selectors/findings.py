"""What the checks say of a notice: its form, and whether what it points to is there."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from meetings.models import Meeting
from notices.gongwen.blocks import read_blocks
from notices.gongwen.text import Finding, check, links_in
from notices.models import Notice, NoticeAttachment
from notices.selectors.notices import notice_at

# Any body's number: some word, the year in brackets, the number.
NUMBER = re.compile(r"([\u4e00-\u9fff]{2,8})〔(\d{4})〕(\d{1,4})号")


def findings_of(notice: Notice) -> list[Finding]:
    """Form, placeholders, numbering, fields; addresses of our own that lead nowhere; numbers of notices that do not exist; attachments."""
    attachments = list(notice.attachments.all()) if notice.pk else []
    found = check(
        title=notice.title,
        addressee=notice.addressee,
        body=notice.text,
        signature=notice.signature,
        dated=notice.dated_on is not None,
        attachments=len(attachments),
    )
    found += _of_attachments(attachments)
    for link in links_in(read_blocks(notice.text)):
        if is_ours(link) and not leads_somewhere(link):
            found.append(Finding(_("This link leads nowhere."), link, serious=True))
    return found + _numbers(notice)


def _of_attachments(attachments: list[NoticeAttachment]) -> list[Finding]:
    found = []
    for attachment in attachments:
        if attachment.text:
            # A form that is to be filled in has gaps on purpose.
            parts = check(title="x", addressee="", body=attachment.text, signature="x", dated=True)
            found += [Finding(finding.message, f"附件{attachment.position} {finding.where}".strip()) for finding in parts]
        if attachment.title.endswith(("。", "，", "；", ".")):
            found.append(Finding(_("The name of an attachment ends without a sign."), attachment.title))
    return found


def _numbers(notice: Notice) -> list[Finding]:
    found = []
    for hit in NUMBER.finditer(notice.text):
        known = Notice.objects.exclude(number=None).filter(year=int(hit.group(2))).values_list("number", flat=True)
        if not any(hit.group(0).endswith(str(number)) for number in known):
            found.append(Finding(_("No notice of this number is known here."), hit.group(0)))
    return found


def is_ours(link: str) -> bool:
    """Whether an address is one of this site."""
    return link.startswith("/") or urlsplit(link).netloc == urlsplit(settings.SITE_URL).netloc


def leads_somewhere(link: str) -> bool:
    """Whether an address of this site has a page, and the notice or meeting it names exists."""
    path = unquote(urlsplit(link).path) or "/"
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if match.view_name in {"notices:notice", "notices:pdf", "notices:docx"}:
        return notice_at(**{name: match.kwargs[name] for name in ("year", "place")}) is not None
    if match.view_name == "meetings:meeting":
        return Meeting.objects.filter(slug=match.kwargs["slug"]).exists()
    return True
