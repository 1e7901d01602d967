"""CloudFront on this machine: the functions of the template, the cache between, and a server."""
