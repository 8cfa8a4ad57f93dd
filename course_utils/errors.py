"""The exceptions that are meant for a person."""


class UserError(Exception):
    """What its message says is all that somebody needs: what was wrong, and what to do.

    The command line shows it as one line; any other exception is a bug and shows itself.
    """
