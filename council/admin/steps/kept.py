"""Steps that take a paper and show their letters before they go out."""

from typing import Any

from django.http import HttpResponse

from alliance.common.admin.workflow import WorkflowView
from council.services.keeping import keep


class KeepsUpload(WorkflowView):
    """The form is a `KeptUpload`: its file is kept while the letters are looked at, since a browser does not send a file twice."""

    previews_mail = True
    panel_template = "council/admin_kept.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whose file it is."""
        return {**super().get_form_kwargs(), "ballot": self.record}

    def perform(self, form: Any) -> HttpResponse:
        """Keep the file first."""
        upload = form.cleaned_data[form.upload_field]
        if upload:
            kept = keep(self.record, upload, purpose=form.purpose, actor=self.request.user)
            form.data = form.data.copy()
            form.data["kept"], form.cleaned_data["kept"] = str(kept.pk), kept.pk
        return super().perform(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The file that is kept."""
        form = kwargs.get("form")
        kept = form.kept_file() if form is not None and form.is_bound and hasattr(form, "cleaned_data") else None
        return super().get_context_data(kept=kept, **kwargs)
