"""Words that several pages share."""

from django.utils.translation import gettext_lazy as _

GAPS = {
    "no_liaison": _("no liaison with an e-mail address"),
    "no_finance": _("no finance contact"),
    "no_head": _("no head of the centre"),
    "no_credit_code": _("no credit code"),
    "no_name_en": _("no English name"),
}
