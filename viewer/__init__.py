"""From stored bytes to light; knows no network, no vault, no case."""
