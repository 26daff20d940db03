"""A refund names the places it was asked for, so that of two places on one notice each has its own answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own: no row is rewritten. Places from before stay without, and go by their notice."""

    dependencies = [("fees", "0009_credit_notes_say_why"), ("meetings", "0007_papers_of_sessions")]
    operations = [
        migrations.AddField(
            model_name="registration",
            name="refunds",
            field=models.ManyToManyField(blank=True, editable=False, related_name="places", to="fees.refund", verbose_name="refunds"),
        ),
    ]
