"""The `bucketpress` command: for people at a terminal, never shipped to Lambda."""
