"""Declarations and pure functions: rosters, output tables, terms, ID numbers, masking, errors.

Belongs here: what a column is called, which type it has, how it is spelled; rules that need one value only.
Does not belong here: anything that reads or writes files of a run, or knows more than one row.
"""
