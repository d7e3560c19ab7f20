"""A run as one HTML page, in the look of the report on one repository."""
