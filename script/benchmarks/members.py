"""Measurements of members: the ministry's list, the search, tables, sealed forms as phones send them, erasing."""

import datetime as dt
import io

import numpy as np
import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image
from pillow_heif import register_heif_opener

from alliance.common.admin.exports import as_xlsx
from alliance.common.sheets.kinds import sheet_kind
from alliance.common.sheets.reading import read_rows
from alliance.common.sheets.services import begin_import, preview
from members.answers import digest
from members.documents import sealed_form
from members.enums import AliasKind
from members.importing.moe import ListedInstitution
from members.models import Application, Institution, InstitutionAlias, Membership, MembershipTier
from members.scans.bundle import bundle
from members.scans.pages import load_pages
from members.scans.reading import read_scan
from members.selectors.institutions import search_institutions
from members.services.applying import attach_scan
from members.services.importing import alias_row, import_institutions
from members.services.personal import erase_person
from members.services.scanning import look_at_scan
from script.benchmarks.measuring import line
from tests.factories.common import OutboxMessageFactory
from tests.factories.members import ApplicationFactory, PersonFactory, StaffFactory, TierFactory
from tests.members.scans.generate import photographed, seal_picture

PHONE = (3024, 4032)


def run() -> None:
    """All of them, in an order that lets later ones stand on the rows of earlier ones."""
    import_job(2919)
    search_job(20)
    crowded_search_job(20)
    sheet_jobs(1000)
    scan_job()
    for kind in ("JPEG", "HEIF"):
        phone_job(kind)
    erasing_job(200)


def listed(count: int) -> list[ListedInstitution]:
    """A list as large as the ministry's."""
    return [ListedInstitution(n, f"43{n:08d}", f"样例第{n}大学", "江苏省", "苏州市", "undergraduate", "江苏省", "public") for n in range(count)]


def import_job(count: int) -> None:
    """The ministry's list against the bare inserts of the same rows."""

    def bare() -> None:
        with transaction.atomic():
            Institution.objects.bulk_create(Institution(name=f"裸{n}", moe_code=f"42{n:08d}") for n in range(count))
            transaction.set_rollback(True)

    line("import_institutions", count, lambda: import_institutions(listed(count), source="import:moe"), "bulk_create of the rows", bare)


def search_job(repeats: int) -> None:
    """A search by pinyin against a plain indexed lookup."""
    line(
        "search_institutions",
        InstitutionAlias.objects.count(),
        lambda: [search_institutions("yangli") for _n in range(repeats)],
        "indexed lookup by name",
        lambda: [list(Institution.objects.filter(name="样例第7大学")) for _n in range(repeats)],
    )


def crowded_search_job(repeats: int) -> None:
    """A search among 3,000 institutions and 10,000 names, against a plain indexed lookup."""
    institutions = list(Institution.objects.order_by("pk")[:2900])
    missing = 10_000 - InstitutionAlias.objects.count()
    rows = (alias_row(institutions[n % len(institutions)], f"别名{n}甲{n % 97}", AliasKind.SHORT) for n in range(missing))
    InstitutionAlias.objects.bulk_create(rows, batch_size=2000)
    wanted = ["样例第7大", "yangli", "ylddx", "bieming"]
    line(
        "search_among_10000_names",
        InstitutionAlias.objects.count(),
        lambda: [search_institutions(wanted[n % 4]) for n in range(repeats)],
        "indexed lookup by name",
        lambda: [list(Institution.objects.filter(name="样例第7大学")) for _n in range(repeats)],
    )


def sheet_jobs(count: int) -> None:
    """A table of memberships with their past: judged row by row, against reading its rows; and exported, against the rows' own query."""
    kind, day = sheet_kind("memberships"), dt.date(2024, 3, 1)
    tier = TierFactory()
    institutions = list(Institution.objects.order_by("pk")[:count])
    numbered = [Membership(institution=i, number=f"2024-{n:04d}", status="active", joined_on=day) for n, i in enumerate(institutions)]
    MembershipTier.objects.bulk_create(MembershipTier(membership=m, tier=tier, from_year=2024) for m in Membership.objects.bulk_create(numbered))
    names = [column.name for column in kind.columns]
    exported = list(kind.export())
    content = as_xlsx("x", names, [[row.get(name, "") for name in names] for row in exported]).content
    run = begin_import(kind, SimpleUploadedFile("x.xlsx", content), actor=StaffFactory())
    line("export_memberships", count, lambda: list(kind.export()), "the rows alone", lambda: list(Membership.objects.filter(number__isnull=False)))
    line("judge_memberships", count, lambda: preview(run, run.mapping), "reading the file", lambda: read_rows(content))


def erasing_job(count: int) -> None:
    """Erasing one person among many applications and mails, against erasing one without any."""
    person, nobody = PersonFactory(), PersonFactory(email="")
    ApplicationFactory.create_batch(count, status="withdrawn", liaison_email=person.email)
    OutboxMessageFactory.create_batch(count)
    officer = StaffFactory()
    line("erase_person", count, lambda: erase_person(person, actor=officer), "a person named nowhere", lambda: erase_person(nobody, actor=officer))


def scan_job() -> None:
    """Reading a two-page photo of a sealed form, against opening its pictures."""
    application = ApplicationFactory()
    document = pypdfium2.PdfDocument(sealed_form(application))
    pictures = [page.render(scale=3).to_pil().convert("RGB") for page in document]
    document.close()
    stamp = seal_picture(np.random.default_rng(1), 380, (200, 20, 40))
    pictures[-1].paste(stamp, (1000, 1400), stamp)
    files = []
    for picture in pictures:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=90)
        files.append(buffer.getvalue())
    wanted = {"reference": application.reference, "version": 1, "digest": digest(application), "pages": len(files)}
    line("read_sealed_scan", len(files), lambda: read_scan(files, **wanted), "opening the pictures", lambda: [load_pages(data) for data in files])


def phone_photos(application: Application, kind: str) -> list[SimpleUploadedFile]:
    """The printed form as a phone of twelve million points takes it: skewed on a desk, grainy, the last page sealed; some megabytes a page."""
    register_heif_opener()
    rng = np.random.default_rng(5)
    document = pypdfium2.PdfDocument(sealed_form(application))
    pages = [page.render(scale=PHONE[0] / page.get_width()).to_pil().convert("RGB").resize(PHONE) for page in document]
    document.close()
    stamp = seal_picture(rng, 600, (200, 20, 40))
    pages[-1].paste(stamp, (1750, 2300), stamp)
    photos = []
    for number, page in enumerate(pages, start=1):
        seen = photographed(rng, page, "skewed").astype(np.float32)
        grainy = Image.fromarray(np.clip(seen + rng.normal(0, 9, seen.shape), 0, 255).astype(np.uint8))
        buffer = io.BytesIO()
        grainy.save(buffer, kind, quality=90 if kind == "JPEG" else 60)
        photos.append(SimpleUploadedFile(f"IMG_{number:04d}.{'jpg' if kind == 'JPEG' else 'heic'}", buffer.getvalue()))
    return photos


def phone_job(kind: str) -> None:
    """Three large photos of a phone: taken in, made one PDF, and read; against making the PDF alone. The size is in kilobytes."""
    application = ApplicationFactory(
        centre_profile="教学培训、咨询与研究。" * 150, centre_hopes="希望获得的支持。" * 120, centre_offers="可以贡献的资源。" * 120
    )
    photos = phone_photos(application, kind)
    pieces = [(photo.name or "", photo.read()) for photo in photos]

    def work() -> None:
        for photo in photos:
            photo.seek(0)
        attach_scan(application, photos, actor=application.applicant)
        told = look_at_scan(application)
        print("#", kind, [round(len(content) / 1048576, 1) for _name, content in pieces], "MiB;", told["seal"], [f["code"] for f in told["findings"]])

    line(f"phone_photos_{kind.lower()}", sum(len(content) for _name, content in pieces) // 1024, work, "making one PDF of them", lambda: bundle(pieces))
