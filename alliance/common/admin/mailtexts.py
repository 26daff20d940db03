"""The texts of automatic mails in the admin: a list, and a page with the text, its fields, a preview and the versions."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.mailtexts.language import TextError
from alliance.common.mailtexts.preview import LATEST, Preview, newest_that_fits, preview
from alliance.common.mailtexts.services import problems, reset_text, sample_of, save_text, variants_of, version_in_force
from alliance.common.mailtexts.shipped import Shipped, names, shipped
from alliance.common.models import MailTextVersion

LANGUAGES = ("zh-hans", "en")


class MailTextPage:
    """Only for staff; changing asks for more."""

    permission = "common.view_mailtextversion"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, then go on."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class MailTextList(MailTextPage, TemplateView):
    """Every automatic mail, by app, and whether staff have changed it."""

    template_name = "admin/mailtext_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One query for all versions."""
        newest = MailTextVersion.objects.order_by("template", "variant", "language", "-number").distinct("template", "variant", "language")
        versions = {(v.template, v.variant, v.language): v for v in newest.select_related("made_by")}
        variants = sorted({(template, variant) for template, variant, _language in versions if variant})
        rows = [self.row(template, "", versions) for template in names()] + [self.row(template, variant, versions) for template, variant in variants]
        rows.sort(key=lambda row: (row["app"], row["template"], row["variant"]))
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs), "title": _("Texts of mails"), "rows": rows}

    @staticmethod
    def row(template: str, variant: str, versions: dict[tuple[str, str, str], MailTextVersion]) -> dict[str, Any]:
        """One mail with its languages."""
        languages = []
        for language in LANGUAGES:
            version = versions.get((template, variant, language))
            own = version if version is not None and not version.shipped else None
            languages.append({"url": text_url(template, language, variant), "language": language, "version": own})
        app = template.split("/", maxsplit=1)[0]
        own = versions.get((template, variant, "zh-hans"))
        subject = own.subject if own is not None and not own.shipped else shipped(template, "zh-hans").subject
        label = str(apps.get_app_config(app).verbose_name) if app in apps.app_configs and app != "account" else gettext("Signing in")
        return {"app": label, "template": template, "variant": variant, "subject": subject, "languages": languages}


class MailTextForm(forms.Form):
    """Subject and text."""

    subject = forms.CharField(label=_("Subject"), max_length=250)
    body = forms.CharField(label=_("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}))

    def __init__(self, *args: Any, mail: Shipped, language: str, **kwargs: Any) -> None:
        self.mail, self.language = mail, language
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A field that the mail does not have is an error now, not a hole in a mail later."""
        values = super().clean() or {}
        for name, texts in problems(self.mail.template, self.language, values.get("subject", "x"), values.get("body", "x")).items():
            for text in texts:
                self.add_error(name, text)
        values["body"] = values.get("body", "").replace("\r\n", "\n")
        return values


class MailTextEdit(MailTextPage, View):
    """One mail in one language."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """The mail must exist."""
        super().setup(request, *args, **kwargs)
        self.language, self.template, self.variant = kwargs["language"], kwargs["template"], request.GET.get("variant", "")
        if self.language not in LANGUAGES or self.variant != slugify(self.variant):
            raise Http404
        try:
            self.mail = shipped(self.template, self.language)
        except TemplateDoesNotExist as error:
            raise Http404 from error
        if self.template not in names():
            raise Http404

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The text in force, or `?version=` an earlier one to look at and take up again."""
        version = version_in_force(self.template, self.language, self.variant)
        if wanted := request.GET.get("version", ""):
            version = self.versions().filter(number=wanted if wanted.isdecimal() and len(wanted) < 9 else -1).first() or version
        start = (
            {"subject": self.mail.subject, "body": self.mail.body} if version is None or version.shipped else {"subject": version.subject, "body": version.body}
        )
        return self.page(MailTextForm(mail=self.mail, language=self.language, initial=start), **start)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Look at it, save it, or go back to the shipped text."""
        step = request.POST.get("step", "preview")
        form = MailTextForm(request.POST, mail=self.mail, language=self.language)
        if step == "preview":
            # What is typed is shown as it is, right or wrong; errors stand at the preview.
            return self.page(form, subject=request.POST.get("subject", ""), body=request.POST.get("body", ""))
        if not request.user.has_perm("common.change_mailtextversion"):
            raise PermissionDenied
        if step == "reset":
            reset_text(self.template, self.language, actor=request.user, variant=self.variant)
            messages.success(request, gettext("The shipped text is in force again."))
            return redirect(text_url(self.template, self.language, self.variant))
        if not form.is_valid():
            return self.page(form, subject=request.POST.get("subject", ""), body=request.POST.get("body", ""))
        variant = self.variant or (slugify(request.POST.get("new_variant", "")) if step == "variant" else "")
        if step == "variant" and not variant:
            form.add_error(None, gettext("Give the variant a short name of Latin letters, such as firm."))
            return self.page(form, **form.cleaned_data)
        save_text(self.template, self.language, actor=request.user, variant=variant[:40], **form.cleaned_data)
        messages.success(request, gettext("The text is saved. Mails queued from now on have it."))
        return redirect(text_url(self.template, self.language, variant[:40]))

    def page(self, form: MailTextForm, *, subject: str, body: str) -> HttpResponse:
        """The page, or only its preview for the script."""
        shown = self.preview(subject, body.replace("\r\n", "\n"))
        context = {"preview": shown}
        if self.request.headers.get("X-Partial") == "preview":
            return render(self.request, "admin/mailtext_preview.html", context)
        sample = sample_of(self.template)
        context |= {
            **admin.site.each_context(self.request),
            "title": gettext("Text of a mail"),
            "form": form,
            "mail": self.mail,
            "fields": list(self.mail.fields.values()),
            "records": self.records(getattr(shown, "record", None)),
            "record_label": sample.model._meta.verbose_name if sample else "",
            "versions": self.versions().select_related("made_by"),
            "in_force": version_in_force(self.template, self.language, self.variant),
            "variant": self.variant,
            "variants": [(name, text_url(self.template, self.language, name)) for name in variants_of(self.template)],
            "language": self.language,
            "other_languages": [(code, text_url(self.template, code, self.variant)) for code in LANGUAGES if code != self.language],
            "may_change": self.request.user.has_perm("common.change_mailtextversion"),
        }
        return render(self.request, "admin/mailtext_edit.html", context)

    def records(self, chosen: models.Model | None) -> list[tuple[str, str, bool]]:
        """The records that can be looked at: key, name, chosen."""
        sample = sample_of(self.template)
        return [(str(obj.pk), str(obj), obj == chosen) for obj in sample.records()[:LATEST]] if sample else []

    def preview(self, subject: str, body: str) -> Preview | TextError:
        """The mail about the chosen record (default: the newest that it fits)."""
        sample = sample_of(self.template)
        record: models.Model | None = None
        if sample:
            wanted = self.request.POST.get("record", "")
            record = (sample.records().filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None) or newest_that_fits(self.template)
        try:
            return preview(self.template, self.language, subject, body, record)
        except TextError as error:
            return error

    def versions(self) -> models.QuerySet[MailTextVersion]:
        """Newest first."""
        return MailTextVersion.objects.filter(template=self.template, language=self.language, variant=self.variant).order_by("-number")


def text_url(template: str, language: str, variant: str = "") -> str:
    """The page of one text."""
    return reverse("admin:mailtext", kwargs={"language": language, "template": template}) + (f"?variant={variant}" if variant else "")


def mailtext_urls() -> list[URLPattern]:
    """The pages' addresses inside the admin."""
    wrap = admin.site.admin_view
    return [
        path("mail-texts/", wrap(MailTextList.as_view()), name="mailtexts"),
        path("mail-texts/<str:language>/<path:template>/", wrap(MailTextEdit.as_view()), name="mailtext"),
    ]
