"""The hospital's server: it holds the record, feeds the desks, receives opinions."""
