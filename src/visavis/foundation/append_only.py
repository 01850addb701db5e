"""Tables to which rows can only be added, enforced by the database itself."""

from django.db.migrations import RunSQL

APPLICATION_ROLE = "visavis_app"
OWNER_ROLE = "visavis_owner"
SEALER_ROLE = "visavis_sealer"


def append_only(table: str) -> RunSQL:
    """Return the migration step after which nobody may change, remove or truncate a table's rows.

    The application's role loses the rights, and a trigger refuses even the owner. What a superuser
    does nevertheless, the journal's seals show.
    """
    return RunSQL(
        f"""
        CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
        CREATE TRIGGER {table}_is_not_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse();
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE};
        """,
        f"""
        DROP TRIGGER {table}_is_append_only ON {table};
        DROP TRIGGER {table}_is_not_truncated ON {table};
        DROP FUNCTION {table}_refuse();
        GRANT UPDATE, DELETE ON {table} TO {APPLICATION_ROLE};
        """,
    )
