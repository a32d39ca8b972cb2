"""The consult at the hospital: times, links, check-in, rooms, record."""
