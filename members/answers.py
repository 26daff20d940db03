"""The parts of the application form, what is in each, and the digest of the whole."""

import hashlib
import json
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Application

CONSENT_VERSION = "2026-11"


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
PARTS_BY_SLUG = {part.slug: part for part in PARTS}
# Consents are given on the page and do not change what was printed and sealed.
SEALED_FIELDS = tuple(name for part in PARTS if part.slug != "consents" for name in part.fields)


def is_complete(application: Application, part: Part) -> bool:
    """Whether all that the part requires is there."""
    if part.slug == "institution":
        return bool(application.institution_id or application.institution_typed)
    return all(getattr(application, name) not in (None, "") for name in part.required)


def is_begun(application: Application, part: Part) -> bool:
    """Whether anything of the part is there."""
    names = [name for name in part.fields if name not in {"invoice_type", "institution"}]
    return any(getattr(application, name) not in (None, "") for name in names) or (part.slug == "institution" and bool(application.institution_id))


def missing_parts(application: Application) -> list[Part]:
    """The parts that are not complete, in order."""
    return [part for part in PARTS if not is_complete(application, part)]


def snapshot(application: Application) -> dict[str, object]:
    """What the sealed form says, as plain values: the institution by its name, then every field."""
    values: dict[str, object] = {"institution_name": application.institution_name}
    for name in SEALED_FIELDS:
        if name not in {"institution", "institution_typed"}:
            values[name] = getattr(application, name)
    return values


def digest(application: Application) -> str:
    """SHA-256 over reference, round and content: what the QR code of the sealed form carries, and what a scan must agree with."""
    content = {"reference": application.reference, "round": application.round, **snapshot(application)}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def labelled(application: Application) -> list[tuple[str | Promise, list[tuple[str, str | Promise, str]]]]:
    """The answers for reading: for each part its title and rows of (field, label, value)."""
    groups = []
    for part in PARTS:
        if part.slug == "consents":
            continue
        if part.slug == "institution":
            rows = [("institution", _("Institution"), application.institution_name)]
        else:
            rows = [(name, _label(name), _value(application, name)) for name in part.fields]
        groups.append((part.title, rows))
    return groups


def _label(name: str) -> str | Promise:
    return Application._meta.get_field(name).verbose_name


def _value(application: Application, name: str) -> str:
    display = getattr(application, f"get_{name}_display", None)
    value = display() if display else getattr(application, name)
    return "" if value is None else str(value)
