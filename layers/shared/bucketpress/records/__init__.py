"""What the index remembers, one module for each kind of thing; adapters store them, services decide with them."""
