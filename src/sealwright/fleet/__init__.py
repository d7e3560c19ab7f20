"""One question to many repositories: each content is looked at once, and an engine that exists spreads the work.

`listing` says which repositories, `mirrors` brings their objects, `survey` says what is in them, `shards` cuts what is
new into pieces of work, `engines` runs those here or on a Dask cluster, `merging` makes an account of each repository,
and `run_folder` keeps what was found, so that a run that was stopped goes on where it was.
"""
