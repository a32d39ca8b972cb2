"""The consult: the room's line to the hospital, the media in a process of its own, and the pane beside the images."""
