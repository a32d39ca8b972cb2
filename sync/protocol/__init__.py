"""What both sides speak: messages, digests, signed tokens, the bundle, and the names of all stored steps."""
