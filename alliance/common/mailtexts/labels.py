"""What the fields of mails are called, for the people who write them."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "name": _("Name of the recipient, with title"),
    "institution": _("Name of the unit"),
    "institution_name": _("Name of the unit"),
    "reference": _("Reference number"),
    "number": _("Number"),
    "link": _("Link to the page"),
    "title": _("Title"),
    "total": _("Amount in all"),
    "owed": _("Amount still open"),
    "due": _("Due date"),
    "due_on": _("Due date"),
    "day": _("Date"),
    "days": _("Number of days"),
    "counter": _("Number"),
    "starts": _("Begin"),
    "closes": _("End of the vote"),
    "place": _("Place"),
    "reason": _("Reason"),
    "who": _("Who writes"),
    "email": _("E-mail"),
    "contact": _("Contact"),
    "phone": _("Telephone"),
    "code": _("Code"),
    "remark": _("Remittance remark"),
    "text": _("Text"),
    "state": _("Status"),
    "portal": _("Link to the unit's pages"),
    "verify": _("Link that verifies the document"),
    "body": _("Body"),
    "online_link": _("Online link"),
    "organisation_name": _("Name of the alliance"),
    "organisation_short_name": _("Short name of the alliance"),
    "organisation_secretariat": _("Name of the secretariat"),
    "organisation_secretariat_email": _("E-mail of the secretariat"),
    "organisation_secretariat_phone": _("Telephone of the secretariat"),
    "organisation_bank_account_name": _("Account name"),
    "organisation_bank_name": _("Bank"),
    "organisation_bank_account_number": _("Account number"),
}


def label_of(name: str, source: str, kind: str) -> str:
    """A field's label; parts say when they are shown, lists what they go through."""
    if kind == "list":
        return gettext("Once for each of: %s") % source
    if kind == "part":
        return gettext("Shown when: %s") % (source or gettext("otherwise"))
    plain = name.rstrip("0123456789")
    return str(LABELS.get(name) or LABELS.get(plain) or source)
