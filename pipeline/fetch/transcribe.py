"""Turns a recording into a transcript with the user's own speech recogniser, a command named in source.toml."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from pipeline.errors import DealsError
from pipeline.fetch.client import Client
from pipeline.rules.loading import Rules

MAX_BYTES = 64 * 2**20
"""Of a transcript: a recogniser that writes more has lost its way."""


class Recogniser(Rules, frozen=True, kw_only=True):
    """`[options.transcribe]`: a speech recogniser."""

    command: tuple[str, ...]
    """Program and arguments; `{audio}` and `{transcript}` stand for the two files. No shell reads it."""
    seconds: float = 14_400.0
    audio_bytes: int = 500_000_000
    audio_seconds: float = 3_600.0


class NotTranscribed(DealsError):
    """A recogniser that gave no transcript."""


def transcribe(client: Client, url: str, recogniser: Recogniser) -> bytes:
    """Return the WebVTT transcript that the recogniser makes of the recording at an address."""
    with TemporaryDirectory(prefix="deals-") as folder:
        suffix = PurePosixPath(urlsplit(url).path).suffix[:8] or ".mp3"
        audio, transcript = Path(folder) / f"audio{suffix}", Path(folder) / "audio.vtt"
        with audio.open("wb") as file:
            client.save(url, file, max_bytes=recogniser.audio_bytes, seconds=recogniser.audio_seconds)
        _run([_filled(part, audio, transcript) for part in recogniser.command], folder, recogniser.seconds)
        if not transcript.is_file() or transcript.stat().st_size > MAX_BYTES:
            raise NotTranscribed(f"'{recogniser.command[0]}' wrote no transcript, or an endless one, to {{transcript}}")
        return transcript.read_bytes()


def _filled(part: str, audio: Path, transcript: Path) -> str:
    return part.replace("{audio}", str(audio)).replace("{transcript}", str(transcript))


def _run(command: list[str], folder: str, seconds: float) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=seconds, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise NotTranscribed(f"'{command[0]}' cannot be run: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise NotTranscribed(f"'{command[0]}' was not done after {seconds:g} seconds") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotTranscribed(f"'{command[0]}' ended with {done.returncode}: {said[-1] if said else 'no message'}")
