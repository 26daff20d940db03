"""A version written outside a request asks for its context without raising an error in the database.

The library's function reads two settings, catches the error where they were never set, and so takes back a subtransaction for each row. For that
PostgreSQL looks through all checks that wait for the end of the transaction: twice as many rows took four times as long.
"""

from typing import Any

from django.db import migrations
from pghistory.models import Context

ASK = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE AS $$
DECLARE
    the_id UUID := NULLIF(current_setting('pghistory.context_id', true), '');
    the_metadata JSONB := NULLIF(current_setting('pghistory.context_metadata', true), '');
BEGIN
    IF the_id IS NULL OR the_metadata IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (the_id, the_metadata, NOW(), NOW())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
        WHERE pghistory_context.metadata != EXCLUDED.metadata;
    RETURN the_id;
END;
$$ LANGUAGE plpgsql
"""


def as_the_library_has_it(apps: Any, schema_editor: Any) -> None:
    """Put the library's own function back."""
    Context.install_pgh_attach_context_func(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    """One function is replaced; no table is touched."""

    dependencies = [("common", "0010_erased_files"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunSQL(ASK, migrations.RunSQL.noop), migrations.RunPython(migrations.RunPython.noop, as_the_library_has_it)]
