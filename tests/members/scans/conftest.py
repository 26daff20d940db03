"""A real form, printed once for all tests of this folder."""

import pypdfium2
import pytest

from members.answers import digest
from members.documents import sealed_form
from tests.factories.members import ApplicationFactory


@pytest.fixture
def printed(db):
    """The application, what the machine is told of it, and its printed pages as pictures."""
    application = ApplicationFactory()
    document = pypdfium2.PdfDocument(sealed_form(application))
    pages = [page.render(scale=1400 / 842).to_pil() for page in document]
    document.close()
    wanted = {"reference": application.reference, "version": application.round, "digest": digest(application), "pages": len(pages)}
    return application, wanted, pages
