"""Importing a large library without the parts that are never used: half of what Great Expectations takes to start.

While :func:`without` is in force a module that is left out is a stand-in, whatever is imported from it an empty class.
Afterwards the stand-ins are gone: who imports such a module then, or asks a package for what it hands on from one, gets
the real thing. :func:`late` is for a module that is only named at start: it comes when something in it is asked for.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from re import Pattern


def late(name: str) -> None:
    """Let a module be imported only when something in it is asked for."""
    if name in sys.modules:
        return
    parent, _, leaf = name.rpartition(".")
    module = _LateModule(name)
    if parent:
        setattr(importlib.import_module(parent), leaf, module)
    sys.modules[name] = module


class _LateModule(types.ModuleType):
    """Stands for a module until something in it is asked for, then gives way to the real one."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def without(library: str, left_out: Pattern[str]) -> Iterator[None]:
    """Import ``library`` without its modules whose whole names match; those that are there already stay."""
    finder = _Finder(left_out)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _forget(library)


def forget(library: str) -> None:
    """Let a library be imported anew."""
    for name in _names(library):
        del sys.modules[name]
    # pydantic 1 refuses a second validator of one name
    validators = getattr(sys.modules.get("pydantic.v1.class_validators"), "_FUNCS", set())
    validators -= {name for name in validators if name.startswith(f"{library}.")}


def _names(library: str) -> list[str]:
    return [name for name in sys.modules if name == library or name.startswith(f"{library}.")]


class _StandIn(types.ModuleType):
    """A module that is left out: each of its names is an empty class, an empty mapping when it is called."""

    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (dict,), {"__module__": self.__name__, "__init__": _ignore, "stands_in": True})
        setattr(self, name, made)
        return made


def _ignore(*_: object, **__: object) -> None:
    pass


class _Finder(MetaPathFinder, Loader):
    def __init__(self, left_out: Pattern[str]):
        self._left_out = left_out

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if self._left_out.fullmatch(name) else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def _forget(library: str) -> None:
    """Take the stand-ins out of the modules, and out of the library's packages that hand on what is in them."""
    for name in [name for name, module in sys.modules.items() if isinstance(module, _StandIn)]:
        del sys.modules[name]
    for name in _names(library):
        if hasattr(sys.modules[name], "__path__"):
            _hand_on_late(sys.modules[name])


def _hand_on_late(package: types.ModuleType) -> None:
    """A package's names that are stand-ins become names that are imported when they are asked for."""
    stood = {}
    for name, value in list(vars(package).items()):
        if isinstance(value, _StandIn):
            delattr(package, name)
        elif isinstance(value, type) and "stands_in" in vars(value):
            stood[name] = value.__module__
            delattr(package, name)

    def real(name: str) -> object:
        if name not in stood:
            raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(stood[name]), name)

    if stood:
        package.__getattr__ = real
