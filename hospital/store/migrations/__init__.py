"""Alembic revisions of the database; one module for each step, frozen copies that never change."""
