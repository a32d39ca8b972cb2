"""Hanging protocols: rules as data, and a pure matcher."""
