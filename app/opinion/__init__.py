"""Opinion: the text beside the pages as they will be signed, the signing sheet, the way home."""
