"""The media of a consult, in a process of its own: peers, sound, pictures, devices."""
