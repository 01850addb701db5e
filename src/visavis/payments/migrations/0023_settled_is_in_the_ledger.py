"""The database itself refuses to settle a payment whose very amount is not in the ledger."""

from django.db import migrations

HOLD = """
CREATE FUNCTION payments_settled_is_in_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT amount_cents FROM payments_payment WHERE id = NEW.payment_id) IS DISTINCT FROM
       (SELECT sum(e.credit_cents - e.debit_cents) FROM payments_entry e
        JOIN payments_posting p ON p.id = e.posting_id
        WHERE p.payment_id = NEW.payment_id AND p.source = 'payment' AND e.account = 'fees') THEN
        RAISE EXCEPTION 'what settles is posted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_settled_is_in_the_ledger';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_settled_is_in_the_ledger AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_settled_is_in_the_ledger();
"""
LET_GO = """
DROP TRIGGER payments_settled_is_in_the_ledger ON payments_receipt;
DROP FUNCTION payments_settled_is_in_the_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0022_ledger_of_before")]

    operations = [migrations.RunSQL(HOLD, LET_GO)]
