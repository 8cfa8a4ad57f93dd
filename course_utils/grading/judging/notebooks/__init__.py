"""From the bytes that somebody handed in to a notebook that can be judged.

staging   what lies in a submission's folder, put right
reading   a notebook that nobody vouches for
rebuild   the instructor's notebook with the answers in it
steps     its code cells in their order, and which side runs each
links     which tests may depend on one another: they are judged together
names     what cells define and import
changes   what they change in place
hidden    hidden tests
"""
