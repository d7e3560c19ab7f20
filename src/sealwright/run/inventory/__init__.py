"""From a repository to its inventory: what is held how, by whom it is used, and how that came about."""
