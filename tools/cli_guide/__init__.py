"""The guide to the commands, made from the commands: docs/cli.md and its recordings."""
