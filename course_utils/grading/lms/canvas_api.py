"""Canvas by its API: points and pages go where they belong, with no file in between, and it says
when something was handed in, which its download does not.

It needs an access token (*Account > Settings > New Access Token*) and canvasapi.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime

from ...errors import one_line, some
from ...fetching import in_short
from ...files import replace_text
from ..course import Assignment, CourseError
from ..folders import FOLDER
from ..results.grades import number
from . import canvas
from .hand_ins import NAMED
from .parcels import Parcel, Work

ADDRESS = re.compile(  # an assignment's, or SpeedGrader's
    r"(https?://[^/]+)/courses/(\d+)/"
    r"(?:assignments/|gradebook/speed_grader\?(?:.*&)?assignment_id=)(\d+)(?:[/?&#].*)?"
)
PATIENCE = 3  # students one after the other with whom the connection breaks


def send(
    parcel: Parcel,
    address: str,
    token: str,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Set everyone's points and attach their pages as comments; for how many something was new.

    What Canvas has already is not sent again. Lines about those of whom it cannot be done are added
    to the parcel.

    Parameters
    ----------
    parcel
        What goes back.
    address
        The assignment's, as a browser shows it.
    token
        Of somebody who may grade there.
    on_done
        Called after each student with how many are done and how many there are.

    Raises
    ------
    CourseError
        If there is no such assignment, or the token is not accepted.
    """
    theirs, refusals = _assignment(address, token)
    from requests import RequestException  # which came with canvasapi

    sent = _Sent(parcel.grades.assignment, "/".join(ADDRESS.fullmatch(address).groups()))  # type: ignore[union-attr]
    unknown, changed, broken = [], 0, 0
    try:
        for done, (student, work) in enumerate(parcel.works.items(), start=1):
            user = canvas.user(work)
            if not user.isdigit():
                unknown.append(student)
                continue
            try:
                changed += _send_one(theirs.get_submission(int(user)), student, work, sent)
                broken = 0
            except RequestException as error:
                broken += 1
                parcel.lines.append(f"{student}: not sent: {in_short(error)}")
                if broken == PATIENCE and done < len(parcel.works):
                    left = len(parcel.works) - done
                    parcel.lines.append(f"{left} more are not sent: type the same again later")
                    break
            except (*refusals, OSError, ValueError) as error:
                parcel.lines.append(f"{student}: Canvas refuses: {one_line(str(error))}")
            on_done(done, len(parcel.works))
    finally:
        sent.save()
    if unknown:
        parcel.lines.append(
            f"Canvas' numbers of these are not known, its gradebook as roster.csv has them: "
            f"{some(unknown, NAMED)}"
        )
    return changed


def times(address: str, token: str) -> dict[str, datetime]:
    """When each person handed in last, by Canvas' number of the person.

    Parameters
    ----------
    address
        The assignment's, as a browser shows it.
    token
        Of somebody who may grade there.

    Raises
    ------
    CourseError
        If there is no such assignment, or the token is not accepted.
    """
    theirs, refusals = _assignment(address, token)
    try:
        return {
            str(each.user_id): datetime.fromisoformat(each.submitted_at)
            for each in theirs.get_submissions(per_page=100)
            if each.submitted_at
        }
    except refusals as error:
        raise CourseError(f"Canvas refuses: {one_line(str(error))}") from None


def _assignment(address: str, token: str):
    """The assignment in Canvas, and what is raised where it refuses something."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise CourseError(
            f"{address!r} is no assignment of Canvas, expected such as "
            "https://canvas.example.org/courses/12/assignments/34"
        )
    try:
        from canvasapi import Canvas
        from canvasapi.exceptions import CanvasException, InvalidAccessToken, Unauthorized
    except ModuleNotFoundError:
        raise CourseError("Canvas' API requires canvasapi: pip install canvasapi") from None
    from requests import JSONDecodeError, RequestException

    try:
        course = Canvas(match[1], token).get_course(int(match[2]))
        return course.get_assignment(int(match[3])), (CanvasException, RequestException)
    except InvalidAccessToken:
        raise CourseError(
            f"{match[1]} does not accept the token in CANVAS_TOKEN: make a new one there, under "
            "Account > Settings > New Access Token"
        ) from None
    except Unauthorized:
        raise CourseError(
            f"the token in CANVAS_TOKEN may not grade {address}: take one of somebody who may"
        ) from None
    except (JSONDecodeError, AttributeError, KeyError, TypeError):
        raise CourseError(
            f"{match[1]} does not answer as Canvas does: is this its address?"
        ) from None
    except RequestException as error:
        raise CourseError(f"{match[1]} cannot be reached: {in_short(error)}") from None
    except CanvasException as error:
        raise CourseError(f"Canvas refuses {address}: {one_line(str(error))}") from None


def _send_one(submission, student: str, work: Work, sent: _Sent) -> bool:
    changed = False
    points = work.grades.total
    if getattr(submission, "score", None) != points:
        submission.edit(submission={"posted_grade": number(points)})
        changed = True
    for page in work.pages:
        digest = hashlib.sha256(page.read_bytes()).hexdigest()
        if not sent.has(student, digest):
            done, answer = submission.upload_comment(page)
            if not done:
                raise OSError(f"{page.name} is not accepted: {answer}")
            sent.add(student, digest)
            changed = True
    return changed


class _Sent:
    """Which pages Canvas has: a page that is sent twice would be two comments.

    An assignment in Canvas is another one than its copy on a server for trying out.
    """

    def __init__(self, assignment: Assignment, where: str):
        self.where = where
        self.file = assignment.course.root / FOLDER / assignment.name / "sent.json"
        try:
            self.pages: dict[str, list[str]] = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            self.pages = {}

    def has(self, student: str, digest: str) -> bool:
        # An entry without a place is one of an earlier version.
        return not {digest, self._entry(digest)}.isdisjoint(self.pages.get(student, []))

    def add(self, student: str, digest: str) -> None:
        self.pages.setdefault(student, []).append(self._entry(digest))

    def _entry(self, digest: str) -> str:
        return f"{digest} {self.where}"

    def save(self) -> None:
        replace_text(self.file, json.dumps(self.pages, indent=1) + "\n")
