"""Posts what settled, strayed or was counted before there was a ledger. May be repeated."""

from django.db import migrations

# The posting and its two or three rows in one statement, so that none stands without the other.
POST = """
CREATE OR REPLACE FUNCTION pg_temp.post(source text, key text, payment uuid, site text, day date, at timestamptz,
                             office text, accounts text[], cents bigint[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
    INSERT INTO payments_posting (source, key, payment_id, site, booked_on, posted_at)
        VALUES (source, key, payment, site, day, at) ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF made IS NOT NULL THEN
        INSERT INTO payments_entry (posting_id, account, office, debit_cents, credit_cents)
            SELECT made, row.account, office, greatest(row.amount, 0), greatest(-row.amount, 0)
            FROM unnest(accounts, cents) AS row(account, amount) WHERE row.amount <> 0;
    END IF;
END $$;
SELECT pg_temp.post('payment', p.id::text, p.id, coalesce(c.site, ''),
        coalesce(b.booked_on, (p.settled_at AT TIME ZONE 'Europe/Zurich')::date), p.settled_at,
        p.office,
        ARRAY[CASE p.method WHEN 'cash' THEN 'cash' WHEN 'bill' THEN 'bank' ELSE 'provider' END,
              'rounding', 'fees'],
        ARRAY[p.amount_cents + coalesce(c.difference_cents, 0), -coalesce(c.difference_cents, 0),
              -p.amount_cents]::bigint[])
    FROM payments_payment p
    LEFT JOIN payments_cashreceipt c ON c.payment_id = p.id
    LEFT JOIN payments_bankbooking b ON b.payment_id = p.id AND b.fate = 'settled'
    WHERE p.state = 'settled';
SELECT pg_temp.post('bank-booking', b.id::text, b.payment_id, '', b.booked_on, b.imported_at,
        coalesce(p.office, 'canton'), ARRAY['bank', 'unassigned'],
        ARRAY[b.amount_cents, -b.amount_cents])
    FROM payments_bankbooking b LEFT JOIN payments_payment p ON p.id = b.payment_id
    WHERE b.currency = 'CHF' AND b.fate NOT IN ('settled', 'no-details', 'taken-back');
SELECT pg_temp.post('taken-back', b.id::text, b.payment_id, '', b.booked_on, b.imported_at,
        coalesce(p.office, 'canton'), ARRAY['returned', 'bank'],
        ARRAY[b.amount_cents, -b.amount_cents])
    FROM payments_bankbooking b LEFT JOIN payments_payment p ON p.id = b.payment_id
    WHERE b.currency = 'CHF' AND b.fate = 'taken-back';
SELECT pg_temp.post('trouble', t.id::text, t.payment_id, '',
        (t.noticed_at AT TIME ZONE 'Europe/Zurich')::date, t.noticed_at, p.office,
        ARRAY['provider', 'unassigned'], ARRAY[t.amount_cents, -t.amount_cents]::bigint[])
    FROM payments_trouble t JOIN payments_payment p ON p.id = t.payment_id
    WHERE t.kind <> 'no-answer';
SELECT pg_temp.post('put-right', 'bank-booking:' || b.id, b.payment_id, '',
        (b.resolved_at AT TIME ZONE 'Europe/Zurich')::date, b.resolved_at,
        coalesce(p.office, 'canton'),
        ARRAY['unassigned', CASE b.remedy WHEN 'refunded' THEN 'given-back' ELSE 'kept' END],
        ARRAY[b.amount_cents, -b.amount_cents])
    FROM payments_bankbooking b LEFT JOIN payments_payment p ON p.id = b.payment_id
    WHERE b.resolved_at IS NOT NULL AND b.currency = 'CHF'
        AND b.fate NOT IN ('settled', 'no-details', 'taken-back');
SELECT pg_temp.post('put-right', 'trouble:' || t.id, t.payment_id, '',
        (t.resolved_at AT TIME ZONE 'Europe/Zurich')::date, t.resolved_at, p.office,
        ARRAY['unassigned', CASE t.remedy WHEN 'refunded' THEN 'given-back' ELSE 'kept' END],
        ARRAY[t.amount_cents, -t.amount_cents]::bigint[])
    FROM payments_trouble t JOIN payments_payment p ON p.id = t.payment_id
    WHERE t.resolved_at IS NOT NULL AND t.kind <> 'no-answer';
SELECT pg_temp.post('till', t.id::text, NULL, t.site,
        (t.closed_at AT TIME ZONE 'Europe/Zurich')::date, t.closed_at,
        coalesce(o.code, t.site), ARRAY['cash', 'till-difference'],
        ARRAY[t.difference_cents, -t.difference_cents]::bigint[])
    FROM payments_till t
    LEFT JOIN places_site s ON s.code = t.site LEFT JOIN places_organisation o
        ON o.id = s.organisation_id
    WHERE t.difference_cents <> 0;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0021_ledger_append_only"),
        ("places", "0002_creditor"),
    ]

    operations = [migrations.RunSQL(POST, migrations.RunSQL.noop)]
