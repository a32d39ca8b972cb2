"""Killable worker processes for everything that parses bytes from outside."""
