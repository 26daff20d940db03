"""A step of a workflow as a page: what will happen, a form, one service call."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.views.generic import FormView

from alliance.common.models import OutboxMessage
from alliance.common.views import DomainErrorMixin


class WorkflowView(DomainErrorMixin, FormView):
    """Subclasses say `model`, `permission`, `title`, `button`, `form_class` and, in `perform_step`, the one service call."""

    model: type[models.Model]
    permission: str
    title: str | Promise
    button: str | Promise
    lead: str | Promise = ""
    done: str | Promise = ""
    danger = False
    form_class: type[forms.BaseForm] = forms.Form
    template_name = "admin/workflow_form.html"
    panel_template = ""
    # A long panel stands below the form, so that the one main action stays in view.
    panel_below = False
    # Whether the mails that the step would send are shown first, on the same page, and sent only on the second press.
    previews_mail = False
    record: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Permission by name; the record must exist."""
        self.record = get_object_or_404(self.model, pk=kwargs["pk"]) if "pk" in kwargs else None
        if not request.user.has_perm(self.permission, self.record):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def record_url(self, obj: Any = None) -> str:
        """The record's page in the admin."""
        obj = obj or self.record
        return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])

    def list_url(self) -> str:
        """The list of such records; the record's page for those that stand on another's and have no list."""
        if self.model not in admin.site._registry:
            return self.record_url() if self.record is not None else reverse("admin:index")
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The admin's frame, and what the page says."""
        back = self.record_url() if self.record is not None else self.list_url()
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "record": self.record,
            "title": self.title,
            "lead": self.lead,
            "button": self.button,
            "danger": self.danger,
            "back": back,
            "list_url": self.list_url(),
            "list_name": self.model._meta.verbose_name_plural,
            "panel_template": self.panel_template,
            "panel_below": self.panel_below,
            "opts": self.model._meta,
        }

    def perform_step(self, form: forms.BaseForm) -> Any:
        """The service call; returns the record to go to, or None for this one."""
        raise NotImplementedError

    def preview(self, form: forms.BaseForm) -> list[OutboxMessage]:
        """The mails that the step would queue: it is carried out, looked at, and rolled back as a whole. Raises what the step raises."""
        with transaction.atomic():
            last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self.perform_step(form)
            queued = list(OutboxMessage.objects.filter(pk__gt=last).order_by("pk"))
            transaction.set_rollback(True)
        if self.record is not None:
            self.record = type(self.record)._default_manager.get(pk=self.record.pk)
        return queued

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Do it, say so, go to the record; where the step writes to people, show them the letter first."""
        if self.previews_mail and "previewed" not in self.request.POST:
            letters = self.preview(form)
            if letters:
                distinct = {(mail.subject, mail.body_text): mail for mail in reversed(letters)}
                return self.render_to_response(self.get_context_data(form=form, letters=list(reversed(distinct.values())), letter_count=len(letters)))
        target = self.perform_step(form) or self.record
        if self.done:
            messages.success(self.request, str(self.done))
        return redirect(self.record_url(target) if target is not None else self.list_url())


def workflow_path(view: type[WorkflowView], name: str) -> URLPattern:
    """The address of a step inside the model's admin: `<pk>/<name>/`, named `<app>_<model>_<name>`."""
    meta = view.model._meta
    return path(f"<path:pk>/step/{name}/", admin.site.admin_view(view.as_view()), name=f"{meta.app_label}_{meta.model_name}_{name}")
