"""Receipts of offices are written once and kept; payments that were settled before get theirs."""

from django.db import migrations

KEEP = """
INSERT INTO payments_receipt (payment_id, office, serial, written_at)
    SELECT id, office, row_number() OVER (PARTITION BY office ORDER BY settled_at, id), settled_at
    FROM payments_payment WHERE state = 'settled';
CREATE TRIGGER payments_office_receipt_is_written_once BEFORE UPDATE ON payments_receipt
    FOR EACH ROW EXECUTE FUNCTION payments_is_written_once();
CREATE TRIGGER payments_office_receipt_is_kept BEFORE DELETE ON payments_receipt
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
"""
LET_GO = """
DROP TRIGGER payments_office_receipt_is_kept ON payments_receipt;
DROP TRIGGER payments_office_receipt_is_written_once ON payments_receipt;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_receipts")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
