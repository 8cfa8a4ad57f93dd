# %% [markdown]
# # TITLE
#
# What this lecture is about, and why one would want to know it, in two or three sentences.
#
# **Afterwards you will be able to**
# - say what the first thing is;
# - compute the second, by hand and with a library.
#
# **Time**: about 45 minutes. **You need**: lecture 03 (what of it is used here).
# Wherever you read **check yourself**, put your answer in the place of `None` and run the cell again.

# %% tags=["setup"]

# %%
import numpy as np

from course_utils import figures, quiz

# %% [markdown]
# ## 1. What is asked first?
#
# One idea a section: a question, the least mathematics that answers it, a picture, a few lines of code.
#
# **Predict** what comes out before you run the next cell. Then run it, and explain the difference.

# %%
image = np.array([[1, 2], [3, 4]])
doubled = 2 * image
figures.show(
    figures.number_grids(
        {"before": image, "after": doubled},
        colours=["input", "output"],
        title="Every number is doubled",
    )
)

# %% [markdown]
# **Check yourself.** What is the largest number after doubling once more?

# %%
answer = None
quiz.check(answer, lambda: 2 * doubled.max(), "Twice the largest that you see.")

# %% [markdown]
# ## 2. What is asked next?
#
# What section 1 left open.

# %%
total = doubled.sum()
print(f"the numbers add up to {total}")

# %% [markdown]
# **Check yourself.** What would they add up to without the doubling?

# %%
answer = None
quiz.check(answer, lambda: total / 2, "Every number is half as large.")

# %% [markdown]
# ## To remember
#
# - What one should still know in a year.

# %% [markdown]
# ## Exercises
#
# 1. A small change to a cell above, with a question.

# %% [markdown]
# ## Sources
#
# - A. Author, Title of the paper, journal or conference, year.
