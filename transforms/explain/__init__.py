"""一人一档, 一企一档: every conclusion of a published run on one person or employer, with what it rests on.

Belongs here: reading a published run back, the cited rows out of the raw files, running the pipeline on these rows alone,
which condition of a rule was not met, and the page. Does not belong here: a conclusion of its own, a policy number, the
terminal.
"""
