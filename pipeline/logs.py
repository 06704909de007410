"""Where the program's log goes: the traces of faults into a file, or all of it as lines of JSON on standard error."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

JSON = "json"
FIELDS = "told"
"""The key of `extra` under which a record carries what a machine reads: `log.info("…", extra={"told": {…}})`."""


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON: moment, level, logger, message, what it carries, and a fault's trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def keep(where: str) -> None:
    """Have the program's log kept: in a file, or where this is `json` on standard error; OSError where none can be."""
    if where == JSON:
        kept: logging.Handler = logging.StreamHandler(sys.stderr)
        kept.setFormatter(JsonLines())
        logging.getLogger("pipeline").setLevel(logging.INFO)
    else:
        kept = logging.FileHandler(Path(where), encoding="utf-8", errors="backslashreplace")
        kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("pipeline").addHandler(kept)
