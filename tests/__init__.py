"""Tests of the product; see each folder's docstring for what belongs there."""
