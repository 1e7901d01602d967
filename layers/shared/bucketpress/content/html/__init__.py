"""HTML as tokens, and what is done to it: anchors, links, figures, colours of code, sanitising."""
