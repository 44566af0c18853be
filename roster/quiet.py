"""HiGHS without a word on standard output, and row limits as it takes them."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from zhiban.roster.rows import FREE

INFINITY = highspy.kHighsInf


class Quiet(highspy.Highs):
    """Silent from the start: the constructor itself would print a banner."""

    def __init__(self) -> None:
        super().__init__()

    def enableCallbacks(self) -> None:  # noqa: N802 # the constructor calls it by this name
        self.silent()
        super().enableCallbacks()

    def stop_when(self, interrupted: Callable[[], bool]) -> None:
        """Asks again and again, within LP and MIP, whether to stop."""

        def look(event: highspy.highs.HighsCallbackEvent) -> None:
            if interrupted():
                event.interrupt()

        self.cbSimplexInterrupt += look
        self.cbMipInterrupt += look


def limits(
    lower: NDArray[np.int64], upper: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Row limits as HiGHS takes them."""
    low = np.where(lower <= -FREE, -INFINITY, lower.astype(float))
    high = np.where(upper >= FREE, INFINITY, upper.astype(float))
    return low, high
