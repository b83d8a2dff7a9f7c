"""Bytes to batches of text: what stands in a raw folder, which roster each sheet is, and its rows as they are.

Belongs here: file formats, encodings, header rows, which column a header means, what file names say.
Does not belong here: what a cell means. Nothing is dropped or changed; every row keeps its file, sheet and number.
"""

from transforms.sources.sheets import Sheet, Survey
from transforms.sources.surveying import read_batches, survey

__all__ = ["Sheet", "Survey", "read_batches", "survey"]
