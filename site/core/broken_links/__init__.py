"""Links that lead nowhere.

`reading` takes the links out of one object, `finding` collects those of all published content and
judges links to our own pages, `rounds` decides when `asking` requests external addresses, and
`report` shows staff what is wrong.
"""
