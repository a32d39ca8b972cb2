"""Typesetting of the opinion's paper: scripts and directions, fonts, lines, pages, PDF objects."""
