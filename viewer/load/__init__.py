"""Getting frames: where they come from, in which order, and how much memory they take."""
