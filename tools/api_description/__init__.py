"""Makes the OpenAPI document and the documentation page that the API serves."""
