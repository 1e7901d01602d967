"""What `bucketpress check` looks at beyond what publishing does: whole pages, and the sites they link to."""
