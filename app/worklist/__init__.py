"""The worklist: rows, their presenter, the room."""
