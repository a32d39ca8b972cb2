"""Measurements and planes: arithmetic in patient millimetres and image pixels."""
