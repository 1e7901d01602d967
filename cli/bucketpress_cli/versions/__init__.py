"""What the content bucket held before: its versions, how they differ, and bringing them back."""
