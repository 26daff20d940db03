"""Factories of the ground floor."""

import io

import factory
from PIL import Image

from alliance.common.models import Organisation, OutboxMessage


class OrganisationFactory(factory.django.DjangoModelFactory):
    """The one organisation row."""

    class Meta:
        model = Organisation
        django_get_or_create = ("id",)

    id = 1


class OutboxMessageFactory(factory.django.DjangoModelFactory):
    """A mail that waits to be sent."""

    class Meta:
        model = OutboxMessage

    recipient = factory.Sequence(lambda n: f"person{n}@example.edu.cn")
    key = factory.Sequence(lambda n: f"test:{n}")
    template = "test"
    language = "zh-hans"
    subject = "关于会费的通知"
    body_text = "您好。\n"
    body_html = "<p>您好。</p>"
    message_id = factory.Sequence(lambda n: f"<{n}@test.example>")


def png(width: int = 40, height: int = 30, colour: str = "white") -> bytes:
    """The bytes of a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()


def pdf(pages: int = 1) -> bytes:
    """The bytes of a PDF with empty pages."""
    import pikepdf

    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=(595, 842))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
