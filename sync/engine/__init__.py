"""The desk's sync engine: the way in (feed, plan, fetch) and the way out (outbox, deliver). No Qt; it talks by frozen values."""
