"""What goes into an export beside the record: the verifier that runs on a bare Python, the pages, the words to read."""
