"""Values of charts: a credential that a chart takes from a Secret as well goes into one; the rest is reported."""
