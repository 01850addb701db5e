"""The database itself refuses to give back more than came, or to rewrite what was asked and approved."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION payments_refund_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came bigint;
    back bigint;
BEGIN
    -- Locked, so that two who ask at once are added up one after the other.
    PERFORM FROM payments_payment WHERE id = NEW.payment_id FOR UPDATE;
    IF NEW.booking_id IS NOT NULL THEN
        SELECT amount_cents INTO came FROM payments_bankbooking
            WHERE id = NEW.booking_id AND payment_id = NEW.payment_id AND fate <> 'settled'
                AND NOT is_reversal AND resolved_at IS NULL
            FOR UPDATE;
    ELSIF NEW.trouble_id IS NOT NULL THEN
        SELECT amount_cents INTO came FROM payments_trouble
            WHERE id = NEW.trouble_id AND payment_id = NEW.payment_id AND kind <> 'no-answer'
                AND resolved_at IS NULL
            FOR UPDATE;
    ELSE
        SELECT amount_cents INTO came FROM payments_payment
            WHERE id = NEW.payment_id AND state = 'settled';
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO back FROM payments_refund
        WHERE payment_id = NEW.payment_id AND state NOT IN ('refused', 'returned')
            AND trouble_id IS NOT DISTINCT FROM NEW.trouble_id
            AND booking_id IS NOT DISTINCT FROM NEW.booking_id;
    IF back + NEW.amount_cents > coalesce(came, 0) THEN
        RAISE EXCEPTION 'of % came, % are given back already', coalesce(came, 0), back
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_is_covered';
    END IF;
    IF NEW.attempt_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM payments_attempt
        WHERE id = NEW.attempt_id AND payment_id = NEW.payment_id AND state = 'paid'
    ) THEN
        RAISE EXCEPTION 'nothing came by this attempt'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_is_covered';
    END IF;
    IF NEW.state <> 'asked' THEN
        RAISE EXCEPTION 'a refund begins by being asked for'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_takes_known_steps';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_refund_is_covered BEFORE INSERT ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refund_is_covered();

CREATE FUNCTION payments_refund_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.payment_id, NEW.key, NEW.number, NEW.amount_cents, NEW.way, NEW.reason,
        NEW.attempt_id, NEW.trouble_id, NEW.booking_id, NEW.asked_at, NEW.asked_by)
       IS DISTINCT FROM
       (OLD.id, OLD.payment_id, OLD.key, OLD.number, OLD.amount_cents, OLD.way, OLD.reason,
        OLD.attempt_id, OLD.trouble_id, OLD.booking_id, OLD.asked_at, OLD.asked_by)
       OR OLD.approved_at IS NOT NULL AND
       (NEW.approved_at, NEW.approved_by) IS DISTINCT FROM (OLD.approved_at, OLD.approved_by)
       OR OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at
       OR OLD.state NOT IN ('asked', 'approved') AND NEW.account IS DISTINCT FROM OLD.account
          AND NEW.account <> ''
       OR OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'what was asked and approved stays so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_is_frozen';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('asked', 'approved'), ('asked', 'refused'), ('approved', 'sent'), ('approved', 'settled'),
        ('approved', 'refused'), ('sent', 'settled'), ('sent', 'returned')
    ) THEN
        RAISE EXCEPTION 'no step leads from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_takes_known_steps';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_refund_is_frozen BEFORE UPDATE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refund_is_frozen();
CREATE TRIGGER payments_refund_is_kept BEFORE DELETE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();
"""
THAW = """
DROP TRIGGER payments_refund_is_kept ON payments_refund;
DROP TRIGGER payments_refund_is_frozen ON payments_refund;
DROP FUNCTION payments_refund_is_frozen();
DROP TRIGGER payments_refund_is_covered ON payments_refund;
DROP FUNCTION payments_refund_is_covered();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_credit_receipts")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
