"""What pages, workers and handlers read about jobs."""

from __future__ import annotations

from engine.jobs.tables import job_leases, jobs

__all__ = ["job_leases", "jobs"]
