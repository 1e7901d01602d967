"""What needs a checkout: the local cloud, the locks, the description of the API."""
