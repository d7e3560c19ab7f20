"""Who may read what was converted, and who may put it there: policies as data, for each kind of store."""
