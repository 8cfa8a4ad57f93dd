"""What the course touches of Colab's own module; a kernel there loads it before the first cell."""


def load_ipython_extension(shell):
    """Colab's `%pip` is the pip that a shell would find, and says nothing of restarting."""
    shell.register_magic_function(lambda line: shell.system(f"pip {line}"), magic_name="pip")
