"""Group robots in the admin."""

from typing import Any

import requests
from django import forms
from django.contrib import admin
from django.urls import URLPattern
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.common import robots
from alliance.common.admin.base import AllianceModelAdmin, WorkflowButton
from alliance.common.admin.workflow import WorkflowView, workflow_path
from alliance.common.exceptions import DomainError
from alliance.common.models import Robot, RobotPost
from alliance.common.models.robots import PostState, RobotEvent

FIELDS = ("name", "kind", "url", "secret", "topics", "is_active")


class RobotForm(forms.ModelForm):
    """Address and secret are written, never read: empty leaves them as they are."""

    topics = forms.MultipleChoiceField(label=_("is told of"), choices=RobotEvent.choices, required=False, widget=forms.CheckboxSelectMultiple)
    url = forms.CharField(label=_("webhook address"), max_length=500, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    secret = forms.CharField(label=_("signing secret"), max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))

    class Meta:
        model = Robot
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["url"].help_text = self.fields["secret"].help_text = gettext("Empty: stays as it is.")
        else:
            self.fields["url"].required = True

    def clean(self) -> dict[str, Any]:
        """What is left empty stays."""
        values = super().clean() or {}
        for name in ("url", "secret"):
            if self.instance.pk and not values.get(name) and name not in self.errors:
                values[name] = Robot.objects.values_list(name, flat=True).get(pk=self.instance.pk)
        return values


class TryRobot(WorkflowView):
    """Say hello."""

    model = Robot
    permission = "common.change_robot"
    title = _("Try the robot")
    lead = _("A short text is posted to the group at once.")
    button = pgettext_lazy("message", "Post")
    done = _("The robot has posted it.")

    def perform_step(self, form: forms.BaseForm) -> None:
        """Post now, and say what the service objected to."""
        try:
            problem = robots.deliver(self.record, gettext("This is a test of the alliance's system."))
        except requests.RequestException as error:
            problem = f"{type(error).__name__}"
        if problem:
            raise DomainError(gettext("The robot did not take it: %s") % problem)


@admin.register(Robot)
class RobotAdmin(AllianceModelAdmin):
    """Robots of chat groups."""

    form = RobotForm
    list_display = ("name", "kind", "topics", "is_active")
    fields = editable_fields = FIELDS
    workflow = [WorkflowButton("try", _("Try"), "common.change_robot", secondary=True)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(TryRobot, "try"), *super().get_urls()]


class PostAgain(WorkflowView):
    """Post a failed one again."""

    model = RobotPost
    permission = "common.change_robot"
    title = _("Post this again")
    button = _("Post again")
    done = _("It waits to be posted.")

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Again."""
        return robots.again(self.record)


@admin.register(RobotPost)
class RobotPostAdmin(AllianceModelAdmin):
    """What robots said."""

    list_display = ("created_at", "robot", "title", "state", "attempts", "last_error")
    list_filter = ("state", "robot")
    list_select_related = ("robot",)
    fields = ("robot", "title", "text", "state", "attempts", "next_attempt_at", "posted_at", "last_error")
    readonly_fields = ("next_attempt_at",)
    workflow = [WorkflowButton("again", _("Post again"), "common.change_robot", show=lambda p: p.state == PostState.FAILED)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(PostAgain, "again"), *super().get_urls()]
