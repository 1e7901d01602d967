"""Checks of the CloudFormation template, before and after SAM's transformation; `make check` runs them."""
