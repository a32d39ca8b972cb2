"""How records come in: case folders, renditions, manifests."""
