"""The elector's own way to give the vote to another, with the written authority, and to take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView

from alliance.common.exceptions import DomainError
from alliance.common.views import DomainErrorMixin
from council.enums import BallotStatus
from council.forms import MyProxyForm
from council.models import Elector, Proxy
from council.services.proxies import give_proxy, revoke_proxy
from council.views.own import OwnBallot


class MyProxy(OwnBallot, DomainErrorMixin, FormView):
    """Give the vote of one's own place away, see to whom it was given, take it back before it is used."""

    template_name = "council/proxy.html"
    form_class = MyProxyForm

    @cached_property
    def elector(self) -> Elector:
        """The person's own place, given away or not; the one asked for by `?for=`. 404 where the ballot takes no proxies."""
        own = self.ballot.electors.filter(person__user=self.request.user).select_related("institution").order_by("pk")
        wanted = self.request.GET.get("for", "")
        elector = own.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else own.first()
        if elector is None or self.ballot.status != BallotStatus.OPEN or not (self.ballot.procedure and self.ballot.procedure.proxies_allowed):
            raise Http404
        elector.ballot = self.ballot
        return elector

    @property
    def given(self) -> Proxy | None:
        """The proxy in force."""
        return Proxy.objects.filter(giver=self.elector).select_related("giver__institution", "holder__institution", "holder__person", "authority").first()

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who may be chosen depends on who gives."""
        return {**super().get_form_kwargs(), "giver": self.elector}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What stands now; whoever has voted, or votes for another, gives nothing away."""
        elector = self.elector
        used = elector.votes.exists() or elector.participations.exists()
        held = Proxy.objects.filter(holder=elector).exists()
        return super().get_context_data(ballot=self.ballot, elector=elector, given=self.given, used=used, held=held, here=self.here(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take back, or give."""
        if "revoke" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            if (given := self.given) is not None:
                revoke_proxy(given, actor=request.user)
                messages.success(request, _("The proxy is taken back. You vote yourself again."))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(self.here("council:proxy"))

    def perform(self, form: forms.Form) -> HttpResponse:
        """Record it."""
        proxy = give_proxy(self.elector, form.cleaned_data["holder"], authority=form.cleaned_data["authority"], actor=self.request.user)
        messages.success(self.request, _("%(person)s votes for you now, and was told so by e-mail.") % {"person": proxy.holder.person})
        return redirect(self.here("council:proxy"))
