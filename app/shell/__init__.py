"""The one window: rail, top bar, rooms, foot."""
