"""What readers are not to see in a Markdown text: found, and left out."""
