"""The `bucketpress` command: for people at a terminal, never deployed to Lambda."""
