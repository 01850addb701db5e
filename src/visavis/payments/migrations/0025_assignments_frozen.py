"""Who gave which money to which payment, and what a reversal takes back, is never rewritten."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION payments_assignment_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.booking_id, NEW.payment_id, NEW.reason, NEW.assigned_at, NEW.assigned_by)
       IS DISTINCT FROM
       (OLD.id, OLD.booking_id, OLD.payment_id, OLD.reason, OLD.assigned_at, OLD.assigned_by)
       OR OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at THEN
        RAISE EXCEPTION 'an assignment is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_assignment_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_assignment_is_frozen BEFORE UPDATE ON payments_assignment
    FOR EACH ROW EXECUTE FUNCTION payments_assignment_is_frozen();
CREATE TRIGGER payments_assignment_is_kept BEFORE DELETE ON payments_assignment
    FOR EACH ROW EXECUTE FUNCTION payments_is_kept();

CREATE FUNCTION payments_reversal_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_id IS DISTINCT FROM OLD.reverses_id THEN
        RAISE EXCEPTION 'what a reversal takes back is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_reversal_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_reversal_is_frozen BEFORE UPDATE ON payments_bankbooking
    FOR EACH ROW EXECUTE FUNCTION payments_reversal_is_frozen();
"""
THAW = """
DROP TRIGGER payments_reversal_is_frozen ON payments_bankbooking;
DROP FUNCTION payments_reversal_is_frozen();
DROP TRIGGER payments_assignment_is_kept ON payments_assignment;
DROP TRIGGER payments_assignment_is_frozen ON payments_assignment;
DROP FUNCTION payments_assignment_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0024_assignments")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
