"""Kinds: checks at run time that callers' values have the types of the annotations.

Type checkers find the same mistakes, and earlier; this is for callers who run none.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, wraps
from inspect import Parameter, signature
from typing import (
    Annotated,
    Any,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeGuard,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from .errors import ErrorCode, InvalidCall, Place

P = ParamSpec("P")
R = TypeVar("R")
Fits: TypeAlias = Callable[[object], bool]

_SPOKEN: dict[Any, str] = {
    str: "a text",
    bytes: "bytes",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    type(None): "None",
}


def kind_of_value(value: object) -> str:
    """The kind of a value, for messages; never the value itself."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return _SPOKEN.get(None if type(value) is bool else type(value)) or _with_article(type(value))


def _with_article(kind: type) -> str:
    return f"a{'n' if kind.__name__[0] in 'AEIOUaeiou' else ''} {kind.__name__}"


def misfits(given: Mapping[str, object], kinds: Mapping[str, Any]) -> Iterator[str]:
    """The problems of values: `limit is a whole number or None, not a text`."""
    for name, value in given.items():
        kind = kinds[name]
        if fits(kind)(value):
            continue
        element = _element_of(kind)
        if element is None or not _is_several(value):
            yield f"{name} is {spoken(kind)}, not {_shown(value, kind)}"
        else:
            yield from (
                f"{name}[{position}] is {spoken(element)}, not {_shown(item, element)}"
                for position, item in enumerate(value)
                if not fits(element)(item)
            )


def field_misfits(value: Any) -> Iterator[str]:
    """The problems of a dataclass's fields."""
    declared: Any = type(value)
    kinds = kinds_of(declared)
    return misfits({name: getattr(value, name) for name in kinds}, kinds)


def misspelt(name: str, known: Iterable[str], noun: str) -> str:
    """The hint for an unknown name: the nearest known name, or all names."""
    from difflib import get_close_matches

    names = tuple(known)
    near = get_close_matches(name, names, 1)
    return f"did you mean {near[0]!r}?" if near else f"the {noun} are: {', '.join(names) or 'none'}"


def checks_kinds(*, fix: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator: the function refuses arguments that do not match its annotations.

    For functions that are called rarely: each call binds its arguments. fix: the right call.
    Raises InvalidCall (wrong-type).
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature(function).bind(*args, **kwargs).arguments
            problems = list(misfits(given, kinds_of(function)))
            if problems:
                raise InvalidCall(
                    "; ".join(problems),
                    code=ErrorCode.WRONG_TYPE,
                    where=Place(note=f"{function.__name__}()"),
                    fix=fix,
                )
            return function(*args, **kwargs)

        return checked

    return decorate


@cache
def kinds_of(declared: Any, *, options_only: bool = False) -> Mapping[str, Any]:
    """The kinds of the parameters of a function, or of the fields of a dataclass, by name."""
    hints = get_type_hints(declared)
    left_out: set[Any] = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
    if options_only:
        left_out |= {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}
    return {
        name: hints.get(name, Any)
        for name, parameter in signature(declared).parameters.items()
        if parameter.kind not in left_out
    }


def spoken(kind: Any) -> str:
    """A kind in words: `a text or None`."""
    kind, arguments = _opened(kind)
    origin = get_origin(kind) or kind
    if origin in (Union, types.UnionType):
        words = [spoken(argument) for argument in arguments]
        return f"{', '.join(words[:-1])} or {words[-1]}"
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin is type:
        return f"a subclass of {_opened(arguments[0])[0].__name__}" if arguments else "a class"
    if origin is Callable:
        return "a function"
    element = _element_of(kind)
    if element is not None:
        return f"a list of {spoken(element).partition(' ')[2]}"
    if isinstance(origin, type) and issubclass(origin, Mapping) and arguments:
        return f"a mapping of {' to '.join(map(spoken, arguments))}"
    return _SPOKEN.get(origin) or _with_article(origin)


def _shown(value: object, kind: Any) -> str:
    """A value for messages. A text in place of one of a few words is shown: the caller wrote it."""
    kinds = (kind, *get_args(kind))
    is_word = isinstance(value, str) and any(get_origin(inner) is Literal for inner in kinds)
    return repr(value) if is_word else kind_of_value(value)


def _opened(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A kind without the parts that say nothing about values, and its arguments."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(kind, TypeVar):
        kind = kind.__bound__ or object
    return kind, get_args(kind)


def _element_of(kind: Any) -> Any:
    """The kind of the elements; None if the kind is of a single value."""
    kind, arguments = _opened(kind)
    origin = get_origin(kind)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Iterable):
        return arguments[0] if len(arguments) == 1 else None
    return None


def _is_several(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


@cache
def fits(kind: Any) -> Fits:
    """The test whether a value is of a kind. Elements of one-time iterators are not checked."""
    kind, arguments = _opened(kind)
    origin = get_origin(kind) or kind
    if origin in (Any, object) or getattr(origin, "_is_protocol", False):
        return lambda _: True
    if origin in (Union, types.UnionType):
        options = [fits(argument) for argument in arguments]
        return lambda value: any(option(value) for option in options)
    if origin is Literal:
        return lambda value: any(
            type(value) is type(argument) and value == argument for argument in arguments
        )
    if origin is type:
        return _fits_class(arguments[0] if arguments else object)
    if origin is Callable:
        return callable
    element = _element_of(kind)
    if element is not None:
        return _fits_several(origin, fits(element))
    if origin in (int, float):
        admitted = int if origin is int else int | float
        return lambda value: isinstance(value, admitted) and not isinstance(value, bool)
    if len(arguments) == 2 and issubclass(origin, Mapping):
        fits_key, fits_value = map(fits, arguments)
        return lambda value: (
            isinstance(value, origin)
            and all(fits_key(key) and fits_value(element) for key, element in value.items())
        )
    return lambda value: isinstance(value, origin)


def _fits_class(base: Any) -> Fits:
    bound = _opened(base)[0]
    return lambda value: isinstance(value, type) and issubclass(value, bound)


def _fits_several(container: type, fits_element: Fits) -> Fits:
    def fits_all(value: object) -> bool:
        if not _is_several(value) or not isinstance(value, container):
            return False
        return isinstance(value, Iterator) or all(fits_element(element) for element in value)

    return fits_all
