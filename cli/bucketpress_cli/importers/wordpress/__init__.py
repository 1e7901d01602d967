"""WordPress: its export file, WXR, and the text of its posts."""
