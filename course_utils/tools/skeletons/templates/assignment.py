# %% [markdown]
# # Problem set: TITLE
#
# What one writes here, and what for. How many exercises, how many points: 100 in the end.

# %% tags=["setup"]

# %%
import numpy as np

from course_utils import checks

# %%
checks.overview(exercises=0)
