"""Enrolment, unlock and the locked desk."""
