"""Sealed files and sealed values: how bytes rest on both sides (ARCHITECTURE.md, section 6)."""
