"""How long to wait before another attempt: exponential backoff with full jitter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.model.plan import MAX_BACKOFF_S, Retry

if TYPE_CHECKING:
    from collections.abc import Callable


def delay_s(retry: Retry, attempt: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds before attempt number `attempt` (from 2): any time up to the doubled backoff.

    Full jitter spreads those that failed together (M. Brooker, AWS Architecture Blog, 2015).
    """
    ceiling = retry.backoff_s * 2.0 ** (attempt - 2)
    return uniform(0.0, min(MAX_BACKOFF_S, ceiling))
