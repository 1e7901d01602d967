"""Sites on this machine: built into a folder, built again from what the last build left, and previewed."""
