"""Traditional characters are found, too: the compared form of a name is written in simplified ones."""

from typing import Any

from django.db import migrations
from zhconv_rs import zhconv

BATCH = 500


def fold(apps: Any, schema_editor: Any) -> None:
    """Only the rows that change; a few among thousands, so no lock of note."""
    Alias = apps.get_model("members", "InstitutionAlias")
    changed = []
    for alias in Alias.objects.only("search_text").iterator():
        folded = zhconv(alias.search_text, "zh-hans")
        if folded != alias.search_text:
            alias.search_text = folded
            changed.append(alias)
    Alias.objects.bulk_update(changed, ["search_text"], batch_size=BATCH)


class Migration(migrations.Migration):
    """See the module. Back: the folded form stays, the older code compares as well with it as it can."""

    dependencies = [("members", "0005_dead_addresses")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
