"""A file whose retention time is over loses its bytes; the row says when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A nullable column: no row is rewritten."""

    dependencies = [("common", "0009_outbox_rows_stay")]
    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="erased_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="After its retention time: the row and its SHA-256 stay, the content is gone.",
                null=True,
                verbose_name="bytes erased",
            ),
        ),
    ]
