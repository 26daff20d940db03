"""A second submission may leave a point to correct as it was, with a word why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a constant default: no row is rewritten, and the rows that are append-only are not touched."""

    dependencies = [("members", "0006_simplified_search_text")]
    operations = [
        migrations.AddField(
            model_name="submission",
            name="explanation",
            field=models.TextField(blank=True, db_default="", max_length=1000, verbose_name="why points were left as they were"),
        ),
    ]
