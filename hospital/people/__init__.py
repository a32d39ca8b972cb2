"""The listener for people's browsers: the patient's page and what it asks."""
