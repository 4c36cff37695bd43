"""What the application's role may do on PostgreSQL: everything but to change or remove what is written for ever."""

from __future__ import annotations

import sqlalchemy as sa

from engine.db import metadata

#: Tables that the application may only add to: the journal and what proves it. Another role owns and migrates them.
INSERT_ONLY = frozenset({"access_log", "journal", "seal_heads", "seals"})


def grant(connection: sa.Connection, role: str) -> None:
    """Gives *role* its rights on all tables, and takes every other; the connection is the owner's."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    for name in sa.inspect(connection).get_table_names():
        table = connection.dialect.identifier_preparer.quote(name)
        rights = rights_on(name)
        connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {quoted}")
        connection.exec_driver_sql(f"GRANT {', '.join(rights)} ON {table} TO {quoted}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")


def rights_on(table: str) -> tuple[str, ...]:
    """The rights of the application on one table; it only reads what is not its own, as the number of the migration."""
    if table not in metadata.tables:
        return ("SELECT",)
    return ("SELECT", "INSERT") if table in INSERT_ONLY else ("SELECT", "INSERT", "UPDATE", "DELETE")


def too_many(connection: sa.Connection) -> list[str]:
    """Rights of the connection's own role that it should not have, as ``UPDATE journal``."""
    return [
        f"{verb} {table}"
        for table in sorted(INSERT_ONLY & set(sa.inspect(connection).get_table_names()))
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
        if connection.execute(_HAS, {"table": table, "verb": verb}).scalar()
    ]


_HAS = sa.text("SELECT has_table_privilege(:table, :verb)")
