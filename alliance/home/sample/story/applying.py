"""Applications in every state, each sent in as an applicant would: form filled, sealed form uploaded, submitted."""

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.clock import now
from alliance.common.documents import PdfUnavailable
from alliance.home.sample.data import PASSWORD
from alliance.home.sample.story.universities import REMOVED
from members.documents import sealed_form
from members.models import Application, CorrectionPoint, Institution, User
from members.services.accounts import ensure_user
from members.services.applying import attach_scan, start_application, submit_application
from members.services.messages import send_message
from members.services.screening import decline, pass_to_council, return_for_correction

# Stands in where this machine lacks the library that makes PDFs.
EMPTY_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
PROFILE = "中心成立于2014年，负责新教师研修、教学咨询与教学评价（样例）。"


def tell() -> None:
    """One for each desk: in draft, to be screened, returned, declined, and four that go to the council, one of them of a former member."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    for position, name in enumerate(["杭州师范大学", "南通大学", "齐鲁工业大学", "武昌首义学院", "四川轻化工大学", "仰恩大学"], start=1):
        application = _filled(name, position)
        _send(application)
        if name == "南通大学":
            return_for_correction(
                application,
                actor=officer,
                points=[CorrectionPoint(application=application, round=application.round, field="head_name", text="请填写部门负责人全名。")],
            )
        elif name == "仰恩大学":
            decline(application, actor=officer, reason="经审核，申请部门不属于教师发展中心或相关部门（样例）。")
        elif name in {"齐鲁工业大学", "武昌首义学院", "四川轻化工大学"}:
            pass_to_council(application, actor=officer, recommendation="材料齐全，公章清晰，建议批准（样例）。")
        else:
            send_message(application, author=application.applicant, text="请问审核大约需要多久？", from_staff=False)
    _filled("河北工业大学", 7)
    _asks_to_come_back(officer)


def _asks_to_come_back(officer: User) -> None:
    """The unit that was removed: the council reads what there was before."""
    application = _filled(REMOVED[0], 8)
    _send(application)
    pass_to_council(application, actor=officer, recommendation="曾因欠缴会费被除名；已更换负责人，来函承诺补缴，请审议是否重新接纳（样例）。")


def _filled(name: str, position: int) -> Application:
    """A draft with all answers."""
    applicant = ensure_user(f"applicant{position}@sample.edu.cn", name=f"申请人{position}（样例）")
    applicant.set_password(PASSWORD)
    applicant.save(update_fields=["password"])
    application = start_application(actor=applicant)
    values = {
        "institution": Institution.objects.get(name=name), "department": "教师教学发展中心", "head_name": f"主任{position}（样例）", "head_post": "主任",
        "head_email": f"head-a{position}@sample.edu.cn", "liaison_name": f"联络{position}（样例）", "liaison_post": "科长", "liaison_mobile": f"1380000{position:04d}",
        "liaison_email": applicant.email, "finance_name": f"会计{position}（样例）", "finance_phone": "0512-65880000",
        "finance_email": f"finance-a{position}@sample.edu.cn", "centre_staff": 6 + position, "centre_activities": 20 + position * 3, "centre_profile": PROFILE,
        "centre_hopes": "希望与兄弟院校交流经验（样例）。", "centre_offers": "可以分享教学诊断工具（样例）。", "invoice_title": name,
        "invoice_tax_number": "12100000400000624D", "invoice_email": f"finance-a{position}@sample.edu.cn", "consent_charter_at": now(),
        "consent_privacy_at": now(), "consent_version": "2026-11",
    }  # fmt: skip
    for field, value in values.items():
        setattr(application, field, value)
    application.save()
    return application


def _send(application: Application) -> None:
    """The printed form, uploaded as it is: a sample has no seal, and the machine will say so."""
    try:
        content = sealed_form(application)
    except PdfUnavailable:
        content = EMPTY_PAGE
    form = SimpleUploadedFile("申请表（样例，未盖章）.pdf", content, content_type="application/pdf")
    attach_scan(application, [form], actor=application.applicant)
    submit_application(application, actor=application.applicant, remark="样例：未盖章。")
