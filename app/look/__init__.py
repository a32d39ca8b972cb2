"""Tokens, style, icons, fonts and the reusable widgets."""
