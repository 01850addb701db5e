"""The database itself adds up a till when it is closed, and refuses to change it afterwards."""

from django.db import migrations

COUNT = """
CREATE FUNCTION payments_till_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
BEGIN
    IF (NEW.id, NEW.site, NEW.clerk, NEW.opened_at, NEW.float_cents)
       IS DISTINCT FROM (OLD.id, OLD.site, OLD.clerk, OLD.opened_at, OLD.float_cents)
       OR OLD.closed_at IS NOT NULL AND
       (NEW.closed_at, NEW.expected_cents, NEW.counted_cents, NEW.difference_cents, NEW.reason)
       IS DISTINCT FROM
       (OLD.closed_at, OLD.expected_cents, OLD.counted_cents, OLD.difference_cents, OLD.reason)
       OR OLD.checked_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'what was counted stays so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_till_is_frozen';
    END IF;
    IF OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL THEN
        SELECT coalesce(sum(received_cents), 0) INTO taken FROM payments_cashreceipt
            WHERE till_id = NEW.id;
        IF NEW.expected_cents IS DISTINCT FROM NEW.float_cents + taken THEN
            RAISE EXCEPTION 'float % and receipts % do not make %', NEW.float_cents, taken, NEW.expected_cents
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_till_adds_up';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_till_is_counted BEFORE UPDATE ON payments_till
    FOR EACH ROW EXECUTE FUNCTION payments_till_is_counted();
CREATE TRIGGER payments_till_is_kept BEFORE DELETE ON payments_till
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();

CREATE FUNCTION payments_receipt_goes_into_an_open_till() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM payments_till
        WHERE id = NEW.till_id AND closed_at IS NULL AND site = NEW.site AND clerk = NEW.clerk
        FOR UPDATE;
    IF NEW.till_id IS NOT NULL AND NOT FOUND THEN
        RAISE EXCEPTION 'this till takes nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_receipt_in_an_open_till';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_receipt_goes_into_an_open_till BEFORE INSERT ON payments_cashreceipt
    FOR EACH ROW EXECUTE FUNCTION payments_receipt_goes_into_an_open_till();
"""
FORGET = """
DROP TRIGGER payments_receipt_goes_into_an_open_till ON payments_cashreceipt;
DROP FUNCTION payments_receipt_goes_into_an_open_till();
DROP TRIGGER payments_till_is_kept ON payments_till;
DROP TRIGGER payments_till_is_counted ON payments_till;
DROP FUNCTION payments_till_is_counted();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_tills")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
