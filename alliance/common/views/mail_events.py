"""What an e-mail service tells about our mails: django-anymail reads its webhook, we keep what came back."""

from typing import Any

from anymail.signals import EventType, RejectReason, tracking
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

from alliance.common import bounces
from alliance.common.models.bounces import BounceKind, BounceSource

SERVICES = {
    "amazon_ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "resend": "anymail.webhooks.resend.ResendTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}
DEAD = {RejectReason.BOUNCED, RejectReason.INVALID}


@csrf_exempt
def mail_events(request: HttpRequest, service: str) -> HttpResponse:
    """The webhook of the service that is set, and of no other; who calls must know the secret (HTTP basic authentication)."""
    if service != settings.EMAIL_SERVICE or service not in SERVICES or not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise Http404
    return import_string(SERVICES[service]).as_view()(request)


def keep_event(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """One event of the service about one address."""
    kinds = {
        EventType.BOUNCED: BounceKind.HARD if event.reject_reason in DEAD else BounceKind.SOFT,
        EventType.REJECTED: BounceKind.HARD if event.reject_reason == RejectReason.INVALID else BounceKind.UNCLEAR,
        EventType.FAILED: BounceKind.UNCLEAR,
        EventType.COMPLAINED: BounceKind.COMPLAINT,
    }
    if event.event_type not in kinds or not event.recipient:
        return
    bounces.note(
        recipient=event.recipient,
        kind=kinds[event.event_type],
        source=BounceSource.SERVICE,
        key=f"service:{esp_name}:{event.event_id or f'{event.message_id}:{event.recipient}:{event.event_type}:{event.timestamp}'}",
        reason=" ".join(str(text) for text in (event.description, event.mta_response) if text),
        message=bounces.message_of(provider_id=event.message_id or ""),
    )


tracking.connect(keep_event, dispatch_uid="alliance.mail_events")
