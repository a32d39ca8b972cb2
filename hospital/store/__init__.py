"""What the hospital keeps: an encrypted database and sealed object files."""
