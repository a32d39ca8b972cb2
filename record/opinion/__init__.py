"""The opinion: its draft, the document of fourteen parts, the signing sheet and the paper."""
