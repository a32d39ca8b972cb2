"""The state tables of ARCHITECTURE.md, section 5, as data, and the one engine that moves by them."""
