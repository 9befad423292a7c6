"""How far the stream was counted, in a file that survives whatever ends the process."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Checkpoint:
    """The last record counted of each shard, in one life of the emulator.

    Attributes:
        life: names the emulator's process. Its stream lives no longer: the next life has a shard of the same
            name that begins anew.
        after: shard id to the sequence number of the last record counted.
        drained: whether nothing was left to count when the counting ended.
    """

    path: Path
    life: str
    after: dict[str, str] = field(default_factory=dict)
    drained: bool = False

    @classmethod
    def begin(cls, path: Path, life: str) -> "Checkpoint":
        """Go on in this life where the file says, or begin at its start. The file says so afterwards."""
        kept = _read(path)
        checkpoint = cls(path, life, kept.after if kept and kept.life == life else {})
        checkpoint.save()
        return checkpoint

    def advance(self, shard: str, sequence: str) -> None:
        """Note that everything of the shard up to a record was counted."""
        self.after[shard] = sequence
        self.save()

    def end(self) -> None:
        """Note that nothing is left to count."""
        self.drained = True
        self.save()

    def save(self) -> None:
        """Write the file in one step: a reader, or a crash, finds the old one or the new one whole."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps({"life": self.life, "after": self.after, "drained": self.drained}))
        new.replace(self.path)


def has_begun(path: Path, life: str) -> bool:
    """Tell whether counting has begun in this life."""
    kept = _read(path)
    return kept is not None and kept.life == life


def may_have_missed(path: Path) -> bool:
    """Tell whether the last counting ended, with its emulator, before all that was stored was counted."""
    kept = _read(path)
    return kept is not None and not kept.drained


def _read(path: Path) -> Checkpoint | None:
    return Checkpoint(path, **json.loads(path.read_text())) if path.exists() else None
