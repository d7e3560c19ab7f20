"""Reports that auditors keep: what was looked at, by which rules, and what came out, in the forms of the field."""
