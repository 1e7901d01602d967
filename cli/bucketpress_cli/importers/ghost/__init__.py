"""Ghost: its export, and the texts of its posts in each of the formats it has had."""
