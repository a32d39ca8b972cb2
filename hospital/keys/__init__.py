"""The hospital's key hierarchy (ARCHITECTURE.md, section 7): the one place of `cryptography` and `keyring` here."""
