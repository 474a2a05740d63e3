"""What can go wrong in a way that its user can put right."""


class NewscleanError(Exception):
    """Something asked for cannot be done; the message names what it is about, and the remedy."""


class ConfigError(NewscleanError):
    """A setting is wrong; the message names the file (or option) and the key."""


class ReadError(NewscleanError):
    """Bytes that cannot be read as a text."""


class WriteError(NewscleanError):
    """A place that cannot, or must not, be written to."""


class FilterError(NewscleanError):
    """A filter broke on a document."""


class TimeLimitError(NewscleanError, TimeoutError):
    """Something took longer than it may."""


class WorkersError(NewscleanError):
    """No worker starts, or none is left: there is nobody to do the work."""


class TooManyFailuresError(NewscleanError):
    """More records failed than the user wants to hear of."""

    @classmethod
    def check(cls, seen: int, most: int | None) -> None:
        """Raise the error where more than `most` records failed; None means any number.

        >>> TooManyFailuresError.check(2, 1)
        Traceback (most recent call last):
            ...
        newsclean.errors.TooManyFailuresError: 2 records failed, which is more than --max-failures 1
        """
        if most is not None and seen > most:
            raise cls(f"{seen} records failed, which is more than --max-failures {most}")
