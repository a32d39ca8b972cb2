"""What desks ask of the hospital: enrolment, feed, bundles, intents, opinions."""
