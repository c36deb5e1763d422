"""Backups: the database and all files as one file, encrypted when there is a key.

`archive` writes and reads such a file, `sealing` encrypts it, `databases` knows the two engines,
`restoring` puts right what happened since. See docs/decisions/0015-backups.md.
"""
