"""What happens to uploads in the cloud: where they are read, what was logged of them, and trying failed ones again."""
