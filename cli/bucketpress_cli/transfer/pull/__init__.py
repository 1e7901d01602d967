"""`bucketpress pull`: a plan, and what carries it out."""
