"""What runs beside the web processes: jobs, as rows of the database, run at least once and so idempotent.

A new kind is a module here with a `KIND`, named in serving.jobs.kinds.
"""
