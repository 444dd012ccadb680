"""Choosing files and folders in a window of our own: the system's one remembers what was opened, for others to see."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

_OURS = QFileDialog.Option.DontUseNativeDialog


def choose_files(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> list[Path]:
    """Some files, or none where she thought better of it. *kinds* is a Qt filter: ``Lists (*.csv *.xlsx)``."""
    names, _kind = QFileDialog.getOpenFileNames(parent, title, str(start or Path.home()), kinds, options=_OURS)
    return [Path(name) for name in names]


def choose_file(parent: QWidget, title: str, kinds: str, start: Path | None = None) -> Path | None:
    """One file."""
    name, _kind = QFileDialog.getOpenFileName(parent, title, str(start or Path.home()), kinds, options=_OURS)
    return Path(name) if name else None


def choose_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """One folder."""
    options = _OURS | QFileDialog.Option.ShowDirsOnly
    name = QFileDialog.getExistingDirectory(parent, title, str(start or Path.home()), options=options)
    return Path(name) if name else None


def choose_new_file(parent: QWidget, title: str, kinds: str, start: Path) -> Path | None:
    """Where a new file goes."""
    name, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds, options=_OURS)
    return Path(name) if name else None
