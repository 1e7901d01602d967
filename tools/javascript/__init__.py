"""Node.js, packages of npm and a browser: the machine's own or, where it has none, installed in `.cache`."""
