"""All that crosses between hospital and desk, and where it rests."""
