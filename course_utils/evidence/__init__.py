"""How sure the course is of what it says: lectures run again, otherwise, and their claims counted.

variation   what one run varies: seeds, initial weights, threads, the data
"""
