"""Signing the composed PDF, judging a signed one, and the authority that certifies signers."""
