"""Publications of other systems, read from what these export, and written as a content folder."""
