"""Node.js and npm: the machine's own where they run, else those of tools/javascript/node.lock."""

import shutil

from tools.environments import node_environment, runs


def find_node() -> str:
    """Return the path of a node that runs, installing it first if need be. Raise ToolError where that fails."""
    return _find("node")


def find_npm() -> str:
    """Return the path of an npm that runs, installing it first if need be. Raise ToolError where that fails."""
    return _find("npm")


def _find(name: str) -> str:
    found = shutil.which(name)
    return found if found and runs(found) else node_environment().command(name)
