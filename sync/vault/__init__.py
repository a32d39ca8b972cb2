"""The desk's vault: its keys, its sealed files and its two databases (ARCHITECTURE.md, sections 2, 4, 6 and 7)."""
