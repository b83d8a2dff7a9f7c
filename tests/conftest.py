"""How drawn examples are made: anew on a developer's machine, always the same where a change is judged."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a busy machine is no defect of the code.
settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")
