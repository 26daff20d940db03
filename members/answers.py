"""The parts of the application form, what is in each, and the digest of the whole."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.consents import version_in_force
from members.enums import WITH_APPLICANT, QuestionKind
from members.models import Application, Question


@dataclass(frozen=True)
class Part:
    """One page of the form: its fields, and those of them that must be filled."""

    slug: str
    title: str | Promise
    hint: str | Promise
    fields: tuple[str, ...]
    required: tuple[str, ...]


PARTS = (
    Part("institution", _("Institution"), "", ("institution", "institution_typed"), ()),
    Part(
        "department",
        _("Department and head"),
        _("The teaching development centre or the office in charge of it"),
        ("department", "head_name", "head_post", "head_email"),
        ("department", "head_name", "head_post"),
    ),
    Part(
        "contacts",
        _("Liaison and finance contact"),
        _("The liaison manages your unit's pages; finance gets the payment notice"),
        ("liaison_name", "liaison_post", "liaison_mobile", "liaison_email", "finance_name", "finance_phone", "finance_email"),
        ("liaison_name", "liaison_mobile", "liaison_email", "finance_name", "finance_email"),
    ),
    Part(
        "centre",
        _("The centre"),
        _("Staff, activities, what you hope for and what you bring"),
        ("centre_staff", "centre_activities", "centre_profile", "centre_hopes", "centre_offers"),
        ("centre_staff", "centre_activities", "centre_profile"),
    ),
    Part(
        "invoicing",
        _("Finance and invoicing data"),
        _("For the fapiao"),
        ("invoice_title", "invoice_tax_number", "invoice_type", "invoice_address_phone", "invoice_bank_account", "invoice_email"),
        ("invoice_title", "invoice_tax_number", "invoice_email"),
    ),
    Part("consents", _("Consents"), _("Charter and personal data"), ("consent_charter_at", "consent_privacy_at"), ("consent_charter_at", "consent_privacy_at")),
)
# Asked only when staff have added questions; its answers stand in a table of their own.
QUESTIONS = Part("questions", _("Further questions"), _("Asked by the secretariat in this round"), (), ())
PARTS_BY_SLUG = {part.slug: part for part in PARTS}
# Consents are given on the page and do not change what was printed and sealed.
SEALED_FIELDS = tuple(name for part in PARTS if part.slug != "consents" for name in part.fields)


def is_complete(application: Application, part: Part) -> bool:
    """Whether all that the part requires is there."""
    if part.slug == "institution":
        return bool(application.institution_id or application.institution_typed)
    if part.slug == "consents" and application.consent_version != version_in_force():
        return False
    return all(getattr(application, name) not in (None, "") for name in part.required)


def part_version(application: Application, part: Part) -> str:
    """What identifies the saved answers of a part, so that a page can tell whether somebody changed them since it was opened."""
    values = [str(getattr(application, name)) for name in part.fields if name != "institution"] + [str(application.institution_id)]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()[:16]


def is_begun(application: Application, part: Part) -> bool:
    """Whether anything of the part is there."""
    names = [name for name in part.fields if name not in {"invoice_type", "institution"}]
    return any(getattr(application, name) not in (None, "") for name in names) or (part.slug == "institution" and bool(application.institution_id))


def missing_parts(application: Application) -> list[Part]:
    """The parts that are not complete, in order."""
    missing = [part for part in PARTS if not is_complete(application, part)]
    if not questions_complete(application):
        missing.insert(len(missing) - 1 if missing and missing[-1].slug == "consents" else len(missing), QUESTIONS)
    return missing


def asked(application: Application) -> list[tuple[Question, str]]:
    """The questions this application is asked, with what it answers so far. Once it is sent: those it answered, in their wording of then."""
    given = {answer.question_id: answer for answer in application.answers.select_related("question")}
    if application.status not in WITH_APPLICANT:
        return [(answer.question, answer.value) for answer in sorted(given.values(), key=lambda a: (a.question.position, a.question_id))]
    questions = Question.objects.filter(Q(recruitment=None) | Q(recruitment=application.recruitment_id), is_active=True)
    return [(question, given[question.pk].value if question.pk in given else "") for question in questions]


def question_field(question: Question) -> str:
    """What a snapshot and a point to correct call a question, in the version that was asked."""
    return f"question:{question.code}:{question.version}"


def questions_complete(application: Application) -> bool:
    """Whether every question that must be answered is."""
    return all(value for question, value in asked(application) if question.required)


def snapshot(application: Application) -> dict[str, object]:
    """What the sealed form says, as plain values: the institution by its name, then every field."""
    values: dict[str, object] = {"institution_name": application.institution_name}
    for name in SEALED_FIELDS:
        if name not in {"institution", "institution_typed"}:
            values[name] = getattr(application, name)
    for question, value in asked(application):
        values[question_field(question)] = value
    return values


def digest(application: Application) -> str:
    """SHA-256 over reference and content: what the QR code of the sealed form carries, and what a scan must agree with.

    The round is not in it: a form that was returned for something else than its content stays validly sealed.
    """
    content = {"reference": application.reference, **snapshot(application)}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def labelled(application: Application, *, without: Collection[str] = ()) -> list[tuple[str | Promise, list[tuple[str, str | Promise, str]]]]:
    """The answers for reading: for each part its title and rows of (field, label, value); `without` names by their slugs the parts that the reader has no business with."""
    groups = []
    for part in PARTS:
        if part.slug == "consents" or part.slug in without:
            continue
        if part.slug == "institution":
            rows = [("institution", _("Institution"), application.institution_name)]
        else:
            rows = [(name, _label(name), _value(application, name)) for name in part.fields]
        groups.append((part.title, rows))
    if QUESTIONS.slug not in without and (questions := asked(application)):
        groups.append((QUESTIONS.title, [(question_field(q), q.text, shown(q, value)) for q, value in questions]))
    return groups


def shown(question: Question, value: str) -> str:
    """An answer in words."""
    if question.kind == QuestionKind.YES_NO and value:
        return str(_("Yes") if value == "yes" else _("No"))
    return value


def changes_since(application: Application, earlier: dict[str, object]) -> dict[str, str]:
    """The fields whose value differs from an earlier snapshot, with the value of then."""
    current = snapshot(application)
    return {name: _plain(earlier.get(name)) for name in current if _plain(current[name]) != _plain(earlier.get(name))}


def _plain(value: object) -> str:
    """Empty and absent are the same: a question that was not asked then and stays unanswered is no change."""
    return "" if value is None else str(value)


def field_label(name: str) -> str:
    """The label of a field that a correction point names; empty for a point in general."""
    if name == "scan":
        return str(_("Sealed form"))
    if name.startswith("question:"):
        return sealed_label(name)
    return str(_label(name)) if name in SEALED_FIELDS else ""


def sealed_label(name: str) -> str:
    """What the form calls a value of its snapshot: a field, the institution, or a question in the version that was asked."""
    if name == "institution_name":
        return str(_("Institution"))
    if name.startswith("question:"):
        _prefix, code, version = name.split(":")
        question = Question.objects.filter(code=code, version=int(version)).first()
        return question.text if question else code
    return field_label(name)


def _label(name: str) -> str | Promise:
    return Application._meta.get_field(name).verbose_name


def _value(application: Application, name: str) -> str:
    display = getattr(application, f"get_{name}_display", None)
    value = display() if display else getattr(application, name)
    return "" if value is None else str(value)
