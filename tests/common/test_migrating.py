"""What migrations leave in the database is what the models say."""

import pgtrigger
import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_every_trigger_of_the_models_is_in_the_database_as_written():
    installed = {f"{model._meta.label}:{trigger.name}": trigger.get_installation_status(model) for model, trigger in pgtrigger.registered()}

    assert {name: status for name, status in installed.items() if status != ("INSTALLED", True)} == {}
    assert len(installed) > 300


@pytest.mark.django_db
def test_the_models_need_no_further_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
