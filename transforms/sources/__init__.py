"""Bytes to batches of text: what stands in a raw folder, which roster each sheet is, and its rows as they are.

Belongs here: file formats, encodings, header rows, which column a header means, what file names say, empty templates.
Does not belong here: what a cell means. Nothing is dropped or changed; every row keeps its file, sheet and number.
"""

from transforms.sources.batches import place_remark, read_batches
from transforms.sources.cells import PERSON, REMARK, UNFIT, name_column
from transforms.sources.changed import refuse_changes
from transforms.sources.footers import names_nobody
from transforms.sources.rows import GROUP
from transforms.sources.sheets import Sheet, Survey
from transforms.sources.surveying import survey
from transforms.sources.templates import write_templates

__all__ = [
    "GROUP",
    "PERSON",
    "REMARK",
    "UNFIT",
    "Sheet",
    "Survey",
    "name_column",
    "names_nobody",
    "place_remark",
    "read_batches",
    "refuse_changes",
    "survey",
    "write_templates",
]
