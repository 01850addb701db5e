"""Rows of the ledger are only ever added; of each posting, each office's rows come to nothing."""

from django.db import migrations

from visavis.foundation.append_only import append_only

BALANCE = """
CREATE FUNCTION payments_posting_comes_to_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_posting bigint := CASE TG_TABLE_NAME WHEN 'payments_entry'
        THEN (to_jsonb(NEW) ->> 'posting_id')::bigint ELSE NEW.id END;
BEGIN
    IF NOT EXISTS (SELECT FROM payments_entry WHERE posting_id = of_posting) THEN
        RAISE EXCEPTION 'posting % has no rows', of_posting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_posting_has_rows';
    END IF;
    IF EXISTS (
        SELECT FROM payments_entry WHERE posting_id = of_posting
        GROUP BY office HAVING sum(debit_cents) <> sum(credit_cents)
    ) THEN
        RAISE EXCEPTION 'the rows of posting % do not come to nothing', of_posting
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_posting_comes_to_nothing';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_posting_comes_to_nothing AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_posting_comes_to_nothing();
CREATE CONSTRAINT TRIGGER payments_posting_has_rows AFTER INSERT ON payments_posting
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_posting_comes_to_nothing();
"""
LET_GO = """
DROP TRIGGER payments_posting_has_rows ON payments_posting;
DROP TRIGGER payments_posting_comes_to_nothing ON payments_entry;
DROP FUNCTION payments_posting_comes_to_nothing();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0020_ledger")]

    operations = [
        append_only("payments_posting"),
        append_only("payments_entry"),
        migrations.RunSQL(BALANCE, LET_GO),
    ]
