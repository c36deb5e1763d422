"""The site's first content: from the files in home/content to pages and snippets.

files.py       reads the files
ledger.py      remembers what was made once
references.py  turns “page:/cursus/” and “testimonial:gek” into ids
pages.py  snippets.py  events.py  root.py    make what is new, one noun each
planning.py    on which days the coming courses fall
loading.py     all of it, in one transaction
"""
