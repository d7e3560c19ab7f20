"""The functions of expressions, one module for each library; each has its signatures in FUNCTIONS."""
