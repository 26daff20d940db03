"""What `manage.py check` says about this machine."""

import shutil
import subprocess
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

FONT_FAMILIES = {"Noto Serif CJK SC": "fonts-noto-cjk", "Noto Sans CJK SC": "fonts-noto-cjk", "AR PL UKai CN": "fonts-arphic-ukai"}


@register()
def pdf_libraries(**kwargs: Any) -> list[CheckMessage]:
    """Pango must be there, or no document can be made."""
    from alliance.common.documents import available

    if available():
        return []
    return [checks.Warning("WeasyPrint finds no Pango: no PDFs.", hint="Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0", id="common.W001")]


@register()
def document_fonts(**kwargs: Any) -> list[CheckMessage]:
    """The faces of our documents must be installed, or Chinese text comes out in another face or as boxes."""
    lister = shutil.which("fc-list")
    if lister is None:
        return [checks.Warning("fontconfig is missing, so the fonts of documents cannot be checked.", hint="apt-get install fontconfig", id="common.W002")]
    listed = subprocess.run([lister, ":", "family"], capture_output=True, text=True, check=False, timeout=20).stdout
    missing = [family for family in FONT_FAMILIES if family not in listed]
    if not missing:
        return []
    packages = " ".join(sorted({FONT_FAMILIES[family] for family in missing}))
    return [checks.Warning(f"Fonts of documents are missing: {', '.join(missing)}.", hint=f"Debian: apt-get install {packages}", id="common.W003")]


@register()
def visibility_timeout(**kwargs: Any) -> list[CheckMessage]:
    """A task must be over before Redis gives its message to the next worker, or long ones run twice."""
    wanted = settings.CELERY_TASK_TIME_LIMIT * 2
    given = {
        settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"],
        settings.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS["visibility_timeout"],
        settings.CELERY_VISIBILITY_TIMEOUT,
    }
    if len(given) == 1 and min(given) >= wanted:
        return []
    return [checks.Error(f"The three visibility timeouts must be one and the same, and at least {wanted} s.", id="common.E004")]
