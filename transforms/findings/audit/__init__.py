"""The audit of subsidies: recognised × due × marked × paid, person by person.

Belongs here: what the four say against each other, and by how much money.
Does not belong here: who is entitled to how much (`subsidies`, from the pack).
"""

from transforms.findings.audit.audit import audit_subsidies

__all__ = ["audit_subsidies"]
