"""Reading: images, documents and the text beside them."""
