"""The rules as text tables: given rows, expected rows and a sentence, one Markdown file a subject.

Each case is run twice: against the product and against the plain reference in `tests/oracle`.
"""
