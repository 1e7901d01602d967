"""The operations of the system, one module each: gather, decide, apply."""
