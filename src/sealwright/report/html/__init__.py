"""The HTML report: one file that needs nothing beside it, for a browser, a printer and a screen reader."""
