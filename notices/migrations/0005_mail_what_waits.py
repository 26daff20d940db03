"""Notices that were issued before mailings had rows, and whose mails have not gone out yet, get the mailing they wait for."""

from django.db import migrations


def plan_what_waits(apps, schema_editor):
    """Issued, not announced: to the liaisons of all members, when members may see it."""
    Notice, Release = apps.get_model("notices", "Notice"), apps.get_model("notices", "Release")
    for notice in Notice.objects.filter(state="issued", announced_at=None, releases=None):
        Release.objects.create(notice=notice, conditions={"roles": ["liaison"]}, starts_at=notice.members_from, made_by_id=notice.issued_by_id)


class Migration(migrations.Migration):
    """Data only; back again nothing is to be done, since the older code looks at the notice itself."""

    dependencies = [("notices", "0004_mailings_and_consultations")]

    operations = [migrations.RunPython(plan_what_waits, migrations.RunPython.noop)]
