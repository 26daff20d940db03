from django.db import migrations

# Mails of a paused or cancelled mailing were given a time that never comes; now they are held back by their state, as all others are.
FORWARDS = "UPDATE common_outboxmessage SET state = 'held', next_attempt_at = now() WHERE state = 'queued' AND next_attempt_at >= '9000-01-01'"
BACKWARDS = """
UPDATE common_outboxmessage SET state = 'queued', next_attempt_at = '9000-01-01 00:00:00+00' WHERE state = 'held' AND id IN (
    SELECT message_id FROM notices_recipient AS r JOIN notices_release AS m ON m.id = r.release_id WHERE m.state IN ('paused', 'cancelled'))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0008_consultation_reminders"),
        ("common", "0010_erased_files"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
