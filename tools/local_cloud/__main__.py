"""`python -m tools.local_cloud up`."""

from tools.local_cloud.command import app

app()
