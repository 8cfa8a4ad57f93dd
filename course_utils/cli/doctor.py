"""`course doctor`: first aid."""

from __future__ import annotations

from .command import Commands


def add(commands: Commands) -> None:
    commands.command(
        "doctor",
        _doctor,
        "try whether this machine can grade safely, and say what is missing",
        examples="course doctor",
    )


def _doctor(options) -> int:
    from rich.console import Console

    from ..grading.judging import doctor

    console, wrong = Console(), 0
    for finding in doctor.examine():
        mark, colour = ("yes", "green") if finding.good else ("NO", "red")
        wrong += not finding.good
        console.print(f"  [{colour}]{mark:>3}[/]  {finding.name:40} ", end="")
        console.print(finding.words, markup=False, highlight=False)
    if wrong:
        print(
            "\nAnswers cannot be walled in here, so `course grade` refuses. Mend what says NO, or\n"
            "grade with --unsafe-no-sandbox, and only what you would run yourself."
        )
        return 1
    print("\nAnswers are walled in here: `course grade` can run what students write.")
    return 0
