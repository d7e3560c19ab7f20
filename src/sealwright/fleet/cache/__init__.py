"""What was found out already: for contents under `scope.content_key`, for whole repositories under `account_key`.

No value of a secret is in it, and nothing in it is the truth: without it a run takes longer and finds the same.
"""
