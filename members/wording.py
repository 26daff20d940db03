"""Words that several pages share."""

from django.utils.translation import gettext_lazy as _

GAPS = {
    "no_liaison": _("no liaison"),
    "liaison_no_email": _("liaison without an e-mail address"),
    "no_finance": _("no finance contact"),
    "finance_no_email": _("finance contact without an e-mail address"),
    "no_head": _("no head of the centre"),
    "head_no_email": _("head of the centre without an e-mail address"),
    "no_credit_code": _("no credit code"),
    "no_name_en": _("no English name"),
}
