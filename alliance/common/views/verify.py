"""Is this document real? Open to everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView

from alliance.common.documents import normalise_code
from alliance.common.models import VerifiableDocument
from alliance.common.ratelimit import RateLimited
from alliance.common.views.mixins import PublicView


class VerifyStart(PublicView, RateLimited, TemplateView):
    """A field for the code printed on a document."""

    template_name = "common/verify_start.html"
    rate = "60/m"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Go to the page of the code that was typed."""
        code = normalise_code(request.POST.get("code", ""))
        return redirect("verify:document", code=code) if code else self.render_to_response(self.get_context_data(empty=True))


class VerifyDocument(PublicView, TemplateView):
    """What the register says of a code: genuine with its facts, revoked with the reason, or unknown."""

    template_name = "common/verify_document.html"

    def get_context_data(self, code: str, **kwargs: Any) -> dict[str, Any]:
        """`document` is None for an unknown code; the page then says what to do."""
        document = VerifiableDocument.objects.filter(code=normalise_code(code)).first()
        return super().get_context_data(code=code[:40], document=document, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """404 for an unknown code, so that a machine can tell as well."""
        return super().render_to_response(context, status=200 if context["document"] else 404, **kwargs)
