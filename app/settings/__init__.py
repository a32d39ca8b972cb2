"""Typed settings, and the sheets that show them."""
