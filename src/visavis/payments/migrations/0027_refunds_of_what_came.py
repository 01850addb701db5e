"""Counts what came, not what was asked: a rest that was waived or taken back does not go back."""

from django.db import migrations

COUNT = """
CREATE OR REPLACE FUNCTION payments_refund_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came bigint;
    back bigint;
BEGIN
    -- Locked, so that two who ask at once are added up one after the other.
    PERFORM FROM payments_payment WHERE id = NEW.payment_id FOR UPDATE;
    IF NEW.booking_id IS NOT NULL THEN
        SELECT amount_cents INTO came FROM payments_bankbooking
            WHERE id = NEW.booking_id AND payment_id = NEW.payment_id AND fate <> 'settled'
                AND NOT is_reversal AND resolved_at IS NULL AND currency = 'CHF'
                AND NOT EXISTS (
                    SELECT FROM payments_bankbooking WHERE reverses_id = NEW.booking_id
                )
            FOR UPDATE;
    ELSIF NEW.trouble_id IS NOT NULL THEN
        SELECT amount_cents INTO came FROM payments_trouble
            WHERE id = NEW.trouble_id AND payment_id = NEW.payment_id AND kind <> 'no-answer'
                AND resolved_at IS NULL
            FOR UPDATE;
    ELSE
        SELECT amount_cents INTO came FROM payments_payment
            WHERE id = NEW.payment_id AND state = 'settled';
        -- A rest was waived, the bank took some of it back, or more came and is owed.
        SELECT came - coalesce(sum(entry.debit_cents - entry.credit_cents), 0) INTO came
            FROM payments_entry entry
            JOIN payments_posting posting ON posting.id = entry.posting_id
            WHERE posting.payment_id = NEW.payment_id
                AND posting.source NOT IN ('refund-provider', 'refund-cash', 'refund-bank')
                AND entry.account IN ('waived', 'returned', 'owed');
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
"""
FORGET = """
CREATE OR REPLACE FUNCTION payments_refund_is_covered() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_reconciliation")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
