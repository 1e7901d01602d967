"""The site as it was elsewhere: what became of its addresses and feed ids."""
