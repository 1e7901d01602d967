"""`bucketpress push`: a plan in the words of authors, and what carries it out."""
