"""The unified social credit code (GB 32100-2015), as people type it."""

import unicodedata

from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

# The standard leaves these letters out because they look like digits.
LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}
LENGTH = 18
PUBLIC_INSTITUTION = "12"


def tidy(text: str) -> str:
    """Plain, upper case, without spaces and dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and c != "-")


def doubt(code: str) -> str:
    """What is wrong with a tidied code, in words with the likely slip; empty when it is valid."""
    try:
        uscc.validate(code)
    except ValidationError:
        mended = "".join(LOOKALIKES.get(c, c) for c in code)
        if mended != code and uscc.is_valid(mended):
            return _("The code does not contain the letters O, I, Z or S. Did you mean %(mended)s?") % {"mended": mended}
        if len(code) != LENGTH:
            return _("The code has 18 characters; this has %(count)s.") % {"count": len(code)}
        return _("The last character does not agree with the others, so there is a slip somewhere. Compare each one with the certificate.")
    return ""


def remark(code: str) -> str:
    """A hint about a code that is unusual for a university, never a refusal: private and cooperative ones begin otherwise. Takes it as typed."""
    code = tidy(code)
    if code and not code.startswith(PUBLIC_INSTITUTION):
        return _("Public universities usually have a code that begins with 12. If yours begins otherwise, all is well; else compare it once more.")
    return ""
