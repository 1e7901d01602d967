"""`bucketpress push` and `pull`: a content folder and the content bucket become equal, and nobody's edit is lost."""
