"""Pictures without what they say of who took them, where and when; the pixels stay as they are."""
