"""Steps on an open ballot: a later end, the end without a result, proxies, the close."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from council.admin.steps.kept import KeepsUpload
from council.enums import Outcome
from council.forms import CancelForm, ExtendForm, ProxyForm, RevokeOneForm
from council.forms.proxies import free_electors, free_givers
from council.models import Ballot, Proxy
from council.services.closing import close_ballot
from council.services.letters import letters_if
from council.services.proxies import give_proxy, revoke_proxy
from council.services.running import cancel_ballot, extend_ballot


class Letters(WorkflowView):
    """What goes out when the ballot closes, for each way it can end."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Letters")
    lead = _("The ballot closes by itself at its time and these letters go out then. Only one of them reaches each applicant, as the votes come out.")
    button: Any = ""  # a page to read; the way back is there anyway
    panel_template = "council/admin_letters.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The letters if all motions pass, and if none does."""
        endings = [(outcome.label, letters_if(self.record, outcome, actor=self.request.user)) for outcome in Outcome]
        distinct = [(label, list({(mail.subject, mail.body_text): mail for mail in reversed(mails)}.values())[::-1]) for label, mails in endings]
        return super().get_context_data(letters_by_outcome=distinct, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Nothing to do."""
        return redirect(self.record_url())


class CloseBallot(Letters):
    """Close before the time. The letters are shown for every ending: to show the real ones would be to show the count before the close."""

    title = _("Close the ballot now")
    lead = _("The votes are counted and carried out at once: approved universities get their payment notice. This cannot be undone.")
    button = _("Close and count")
    done = _("The ballot is closed and its results are carried out.")
    danger = True

    def perform(self, form: Any) -> HttpResponse:
        """Close."""
        close_ballot(self.record, actor=self.request.user)
        messages.success(self.request, self.done)
        return redirect(self.record_url())


class ExtendBallot(WorkflowView):
    """Give more time."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Extend the ballot")
    button = _("Extend")
    done = _("The ballot is extended.")
    form_class = ExtendForm

    def perform_step(self, form: Any) -> Any:
        """Extend."""
        return extend_ballot(self.record, actor=self.request.user, closes_at=form.cleaned_data["closes_at"], reason=form.cleaned_data["reason"])


class CancelBallot(WorkflowView):
    """Stop without a result."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Cancel the ballot")
    lead = _("There will be no result; the applications wait for another ballot.")
    button = _("Cancel the ballot")
    done = _("The ballot is cancelled.")
    danger = True
    form_class = CancelForm

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_ballot(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class GiveProxy(KeepsUpload):
    """Enter a proxy."""

    model = Ballot
    permission = "council.manage_ballots"
    title = _("Enter a proxy")
    lead = _("Each elector may hold one. It can be taken back until it is used. Both sides get an e-mail that says who votes for whom.")
    button = _("Enter")
    done = _("The proxy is recorded.")
    form_class = ProxyForm

    def get_form(self, form_class: Any = None) -> Any:
        """The electors of this ballot who can give or hold one."""
        form = super().get_form(form_class)
        form.fields["giver"].queryset = free_givers(self.record)
        form.fields["holder"].queryset = free_electors(self.record)
        return form

    def perform_step(self, form: Any) -> Any:
        """Record it."""
        data = form.cleaned_data
        give_proxy(data["giver"], data["holder"], authority=form.kept_file(), actor=self.request.user)


class RevokeProxy(WorkflowView):
    """Take a proxy back before it is used."""

    model = Ballot
    permission = "council.manage_ballots"
    previews_mail = True
    title = _("Take a proxy back")
    lead = _("Only one that has not been used yet. The giver then votes itself again; the written authority stays on record.")
    button = _("Take back")
    done = _("The proxy is taken back.")
    danger = True
    form_class = RevokeOneForm

    def get_form(self, form_class: Any = None) -> Any:
        """The proxies of this ballot."""
        form = super().get_form(form_class)
        form.fields["proxy"].queryset = Proxy.objects.filter(giver__ballot=self.record).select_related("giver", "holder")
        return form

    def perform_step(self, form: Any) -> Any:
        """Take it back."""
        revoke_proxy(form.cleaned_data["proxy"], actor=self.request.user, reason=form.cleaned_data["reason"])
