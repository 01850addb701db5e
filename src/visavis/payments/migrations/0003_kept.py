"""The database itself refuses to remove what was asked, taken in, or is to be put right."""

from django.db import migrations

KEEP = """
CREATE FUNCTION payments_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is kept', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER payments_payment_is_kept BEFORE DELETE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
CREATE TRIGGER payments_line_is_kept BEFORE DELETE ON payments_paymentline
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
CREATE TRIGGER payments_receipt_is_kept BEFORE DELETE ON payments_cashreceipt
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
CREATE TRIGGER payments_trouble_is_kept BEFORE DELETE ON payments_trouble
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
"""
LET_GO = """
DROP TRIGGER payments_trouble_is_kept ON payments_trouble;
DROP TRIGGER payments_receipt_is_kept ON payments_cashreceipt;
DROP TRIGGER payments_line_is_kept ON payments_paymentline;
DROP TRIGGER payments_payment_is_kept ON payments_payment;
DROP FUNCTION payments_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_frozen")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
