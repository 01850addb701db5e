"""Entries and seals can only be added; ids are given under the lock that the sealer takes."""

from django.db import migrations

from visavis.foundation.append_only import append_only

NUMBER_UNDER_LOCK = """
CREATE FUNCTION journal_entry_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7201202202);
    NEW.id := nextval(pg_get_serial_sequence('journal_entry', 'id'));
    RETURN NEW;
END $$;
CREATE TRIGGER journal_entry_is_numbered BEFORE INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_number();
"""
NUMBER_BY_DEFAULT = """
DROP TRIGGER journal_entry_is_numbered ON journal_entry;
DROP FUNCTION journal_entry_number();
"""
SEALER_SEALS = """
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON journal_seal FROM visavis_app;
GRANT SELECT ON journal_entry TO visavis_sealer;
GRANT SELECT, INSERT ON journal_seal TO visavis_sealer;
"""
SEALER_RESTS = """
REVOKE ALL ON journal_entry, journal_seal FROM visavis_sealer;
GRANT INSERT, UPDATE, DELETE ON journal_seal TO visavis_app;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        append_only("journal_entry"),
        append_only("journal_seal"),
        migrations.RunSQL(NUMBER_UNDER_LOCK, NUMBER_BY_DEFAULT),
        migrations.RunSQL(SEALER_SEALS, SEALER_RESTS),
    ]
