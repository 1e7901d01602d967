"""What integrators get: requests in, answers out, no network."""
