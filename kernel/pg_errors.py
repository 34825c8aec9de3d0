"""What PostgreSQL says, in the words of who must act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from kernel.errors import Again, Unavailable

RUN_AGAIN = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,  # another generation of a view is read from now on
)
GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,
    OSError,
    TimeoutError,
)


@contextmanager
def translated() -> Iterator[None]:
    """Raise Again for what may simply be run again and Unavailable for a server that does not serve."""
    try:
        yield
    except RUN_AGAIN as error:
        raise Again(type(error).__name__) from error
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name in ("fact_source_id_key", "fact_pkey"):
            raise Again(error.constraint_name) from error
        raise
    except GONE as error:
        raise Unavailable(f"the database does not serve: {type(error).__name__}") from error
