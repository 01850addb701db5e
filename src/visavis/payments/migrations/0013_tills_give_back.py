"""A till that gives money back: it is counted with what it gave, and gives only while it is open."""

from django.db import migrations

COUNT = """
CREATE OR REPLACE FUNCTION payments_till_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken bigint;
    given bigint;
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
        SELECT coalesce(sum(paid_cents), 0) INTO given FROM payments_refund WHERE till_id = NEW.id;
        IF NEW.expected_cents IS DISTINCT FROM NEW.float_cents + taken - given THEN
            RAISE EXCEPTION 'float %, receipts % and refunds % do not make %', NEW.float_cents, taken, given, NEW.expected_cents
                USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_till_adds_up';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION payments_refund_leaves_an_open_till() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM payments_till
        WHERE id = NEW.till_id AND closed_at IS NULL AND clerk = NEW.ended_by
        FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this till gives nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_out_of_an_open_till';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_refund_leaves_an_open_till BEFORE UPDATE ON payments_refund
    FOR EACH ROW WHEN (NEW.till_id IS NOT NULL AND OLD.till_id IS NULL)
    EXECUTE FUNCTION payments_refund_leaves_an_open_till();
"""
FORGET = """
DROP TRIGGER payments_refund_leaves_an_open_till ON payments_refund;
DROP FUNCTION payments_refund_leaves_an_open_till();
CREATE OR REPLACE FUNCTION payments_till_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_refunds_frozen")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
