"""How sure the course is of what it says: lectures run again, otherwise, and their claims counted.

variation   what one run varies: seeds, initial weights, threads, the data
measuring   a lecture run once, and what it claimed
survey      lectures run many times, side by side; what has been measured is kept
tally       how often each claim held, and how far from its bound it stayed
table       tallies for a terminal and for the book
stored      the newest survey of each lecture, from which the book makes a page
"""
