"""One month beside the one before: stable case numbers, and what moved the number of insured.

Belongs here: what is known of earlier runs (`previous`: last month's, `before`: an earlier run of this very month), and the
tables that compare them with this one.
Does not belong here: what stands on a list this month.
"""

from transforms.findings.months.bridge import bridge_months
from transforms.findings.months.cases import number_cases
from transforms.findings.months.states import create_now_states, load_previous
from transforms.findings.months.unseen import find_unseen

__all__ = ["bridge_months", "create_now_states", "find_unseen", "load_previous", "number_cases"]
