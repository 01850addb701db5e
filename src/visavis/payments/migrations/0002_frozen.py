"""The database itself refuses to rewrite what was asked, decided or received."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION payments_payment_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.subject, NEW.office, NEW.purpose, NEW.amount_cents, NEW.currency,
        NEW.requested_at)
       IS DISTINCT FROM
       (OLD.id, OLD.number, OLD.subject, OLD.office, OLD.purpose, OLD.amount_cents, OLD.currency,
        OLD.requested_at) THEN
        RAISE EXCEPTION 'what a payment asks for is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_payment_is_frozen';
    END IF;
    IF OLD.state IN ('settled', 'cancelled') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a payment that is % stays so', OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_final_state_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_payment_is_frozen BEFORE UPDATE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_payment_is_frozen();

CREATE FUNCTION payments_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER payments_line_is_written_once BEFORE UPDATE ON payments_paymentline
    FOR EACH ROW EXECUTE FUNCTION payments_is_written_once();
CREATE TRIGGER payments_receipt_is_written_once BEFORE UPDATE ON payments_cashreceipt
    FOR EACH ROW EXECUTE FUNCTION payments_is_written_once();
CREATE TRIGGER payments_event_is_written_once BEFORE UPDATE ON payments_providerevent
    FOR EACH ROW EXECUTE FUNCTION payments_is_written_once();

CREATE FUNCTION payments_lines_make_the_amount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked bigint;
    itemised bigint;
BEGIN
    SELECT amount_cents INTO asked FROM payments_payment WHERE id = NEW.payment_id;
    SELECT sum(amount_cents) INTO itemised FROM payments_paymentline
        WHERE payment_id = NEW.payment_id;
    IF asked IS DISTINCT FROM itemised THEN
        RAISE EXCEPTION 'lines make %, the payment asks %', itemised, asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_lines_make_the_amount';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_lines_make_the_amount AFTER INSERT ON payments_paymentline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_lines_make_the_amount();
"""
THAW = """
DROP TRIGGER payments_lines_make_the_amount ON payments_paymentline;
DROP FUNCTION payments_lines_make_the_amount();
DROP TRIGGER payments_line_is_written_once ON payments_paymentline;
DROP TRIGGER payments_receipt_is_written_once ON payments_cashreceipt;
DROP TRIGGER payments_event_is_written_once ON payments_providerevent;
DROP FUNCTION payments_is_written_once();
DROP TRIGGER payments_payment_is_frozen ON payments_payment;
DROP FUNCTION payments_payment_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
