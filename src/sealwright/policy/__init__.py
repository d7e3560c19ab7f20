"""Policy: packs of rules as data, the language their conditions are written in, and what is judged by them."""
