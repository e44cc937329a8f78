"""Attributes: of modules, classes and objects of a project, and of what is not its code."""

from __future__ import annotations

import ast
from typing import Protocol

from ..uses import Site
from .builtin import variable
from .declarations import CALLS
from .frames import Frame
from .modules import Module
from .pynamodb import is_model, model_attribute
from .values import (
    AccessValue,
    Arguments,
    Bound,
    ClassValue,
    External,
    FunctionValue,
    Hole,
    Instance,
    Method,
    ModuleValue,
    Record,
    Sdk,
    Super,
    TableDeclaration,
    TableValue,
    Text,
    Value,
    Values,
)


class Follower(Protocol):
    """What follows modules and functions."""

    def namespace(self, module: Module) -> dict[str, Values]:
        """The names of a module."""
        ...

    def run(
        self,
        function: FunctionValue,
        receiver: Instance | ClassValue | None,
        arguments: Arguments | None,
        caller: Frame,
        node: ast.AST | None,
    ) -> Values:
        """The values that a function returns."""
        ...


def attribute(owner: Value, node: ast.Attribute, frame: Frame, follower: Follower) -> Values:
    """An attribute of a value."""
    name = node.attr
    match owner:
        case External():
            path = f"{owner.path}.{name}"
            return variable(path, frame.site(node)) or (External(path),)
        case ModuleValue():
            found = follower.namespace(owner.module).get(name)
            if found is None:
                return (External(".".join((*owner.module.parts, name))),)
            return found
        case Instance():
            return _of_instance(owner, node, frame, follower)
        case Super():
            return _of_super(owner, name)
        case ClassValue():
            return _of_class(owner, name)
        case Record():
            return owner.entries.get(name) or (Method(owner, name),)
        case _:
            return _of_handle(owner, name, frame.site(node))


def _of_handle(owner: Value, name: str, site: Site) -> Values:
    """An attribute of what is no code of the project."""
    match owner:
        case TableValue() if name in ("name", "table_name"):
            return owner.names
        case TableValue() | Sdk() if name == "meta":
            return (owner,)
        case TableValue() | Sdk() if name == "client":
            return (Sdk("client"),)
        case TableDeclaration() if name in ("table_name", "tableName"):
            return (Text(owner.declared.name),)
        case TableDeclaration() if name in CALLS:
            return (AccessValue(owner.declared.name, name), Method(owner, name))
        case Method():
            return (Method(Hole("unresolved", owner.name, site), name),)
        case _:
            return (Method(owner, name),)


def _of_instance(owner: Instance, node: ast.Attribute, frame: Frame, follower: Follower) -> Values:
    name = node.attr
    own = owner.attributes.get(name, ())
    found: list[Value] = [*own]
    if not own:
        for one in owner.kind.lookup(name):
            if not isinstance(one, FunctionValue):
                found.append(one)
            elif _is_property(one):
                found += follower.run(one, owner, Arguments([], {}), frame, node)
            else:
                found.append(Bound(owner, one))
    if is_model(owner.kind) and not found:
        return (Method(owner.kind, name),)
    return tuple(found) or _undefined(owner, name, frame, node)


def _undefined(owner: Instance, name: str, frame: Frame, node: ast.AST) -> Values:
    if owner.kind.derives_from("BaseSettings") and _declares(owner.kind, name):
        return (Hole("environment", name.upper(), frame.site(node)),)
    return (Method(owner, name),)


def _of_class(owner: ClassValue, name: str) -> Values:
    found = owner.lookup(name)
    if is_model(owner):
        return model_attribute(owner, name, found)
    return tuple(
        Bound(owner, one)
        if isinstance(one, FunctionValue) and "classmethod" in _decorators(one)
        else one
        for one in found
    )


def _of_super(owner: Super, name: str) -> Values:
    found = [
        one
        for base in owner.kind.bases
        if isinstance(base, ClassValue)
        for one in base.lookup(name)
    ]
    return tuple(
        Bound(owner.instance, one) if isinstance(one, FunctionValue) else one for one in found
    )


def _is_property(function: FunctionValue) -> bool:
    return bool(_decorators(function) & {"property", "cached_property"})


def _decorators(function: FunctionValue) -> set[str]:
    return {
        getattr(one, "id", getattr(one, "attr", ""))
        for one in getattr(function.node, "decorator_list", ())
    }


def _declares(kind: ClassValue, name: str) -> bool:
    """Whether a class, or a base of it, declares a field without a value."""
    own = any(
        isinstance(one, ast.AnnAssign) and getattr(one.target, "id", "") == name
        for one in kind.node.body
    )
    return own or any(_declares(base, name) for base in kind.bases if isinstance(base, ClassValue))
