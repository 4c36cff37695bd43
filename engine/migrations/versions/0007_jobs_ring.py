"""On PostgreSQL a job that is due at once rings for the workers of all processes."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_RING = """
CREATE FUNCTION ring_for_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bihuan_jobs', '');
    RETURN NULL;
END $$
"""

# Moments are text that sorts as time does; a job for later is found by the workers when its time has come.
_NOW = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_TRIGGER = f"""
CREATE TRIGGER jobs_ring AFTER INSERT OR UPDATE ON jobs FOR EACH ROW
WHEN (NEW.state = 'waiting' AND NEW.due <= {_NOW})
EXECUTE FUNCTION ring_for_job()
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_RING)
        op.execute(_TRIGGER)
