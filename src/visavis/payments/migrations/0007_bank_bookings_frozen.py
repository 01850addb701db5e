"""What a bank said is never rewritten or removed, and what settles a payment is its very amount."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION payments_booking_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.identity, NEW.payment_id, NEW.account, NEW.reference, NEW.bank_reference,
        NEW.amount_cents, NEW.currency, NEW.booked_on, NEW.is_reversal, NEW.fate, NEW.imported_at)
       IS DISTINCT FROM
       (OLD.id, OLD.identity, OLD.payment_id, OLD.account, OLD.reference, OLD.bank_reference,
        OLD.amount_cents, OLD.currency, OLD.booked_on, OLD.is_reversal, OLD.fate, OLD.imported_at)
    THEN
        RAISE EXCEPTION 'what the bank said is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_booking_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_booking_is_frozen BEFORE UPDATE ON payments_bankbooking
    FOR EACH ROW EXECUTE FUNCTION payments_booking_is_frozen();
CREATE TRIGGER payments_booking_is_kept BEFORE DELETE ON payments_bankbooking
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();

CREATE FUNCTION payments_booking_makes_the_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fate = 'settled' AND NOT EXISTS (
        SELECT FROM payments_payment
        WHERE id = NEW.payment_id AND (amount_cents, currency) = (NEW.amount_cents, NEW.currency)
    ) THEN
        RAISE EXCEPTION 'a booking settles exactly what is due'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_booking_makes_the_amount';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_booking_makes_the_amount BEFORE INSERT ON payments_bankbooking
    FOR EACH ROW EXECUTE FUNCTION payments_booking_makes_the_amount();
"""
THAW = """
DROP TRIGGER payments_booking_makes_the_amount ON payments_bankbooking;
DROP FUNCTION payments_booking_makes_the_amount();
DROP TRIGGER payments_booking_is_kept ON payments_bankbooking;
DROP TRIGGER payments_booking_is_frozen ON payments_bankbooking;
DROP FUNCTION payments_booking_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0006_bank_bookings")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
