"""Interpreter: follows statements and calls of a project with possible values; runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from ..uses import Site
from .evaluation import Evaluation
from .frames import Frame
from .guards import guards_of
from .imports import bind_imports
from .memory import is_settled, key_of, opened
from .modules import Module, Modules
from .values import (
    Arguments,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Items,
    Record,
    Text,
    Value,
    Values,
    truth,
    united,
)

MOST_STEPS = 2_000_000
MOST_STEPS_OF_ENTRY = 60_000
"""The number of expressions that are looked at, in all and from one function that nothing calls."""
DEEPEST = 24
FARTHEST = 3
"""The number of calls that are followed outside the code about DynamoDB, one within another."""
LONGEST_LOOP = 64


class Interpreter(Evaluation):
    """Follows modules and functions. What it finds collects in `found`.

    budget: expressions that are still looked at, so that no project keeps it for ever; what was not
    followed then is in `found.unfollowed`.
    """

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self.modules = modules
        self.relevant = modules.relevant()
        self.budget = MOST_STEPS
        self._floor = 0
        self._namespaces: dict[Module, dict[str, Values]] = {}
        self._functions: list[FunctionValue] = []
        self._followed: set[ast.AST] = set()
        self._classes: list[ClassValue] = []
        self._instances: dict[ast.ClassDef, list[Instance]] = {}
        self._answers: dict[tuple[object, ...], Values | None] = {}

    def follow(self) -> None:
        """Follow the modules that may use tables, then their functions that nothing calls."""
        for module in self.modules.all:
            if module in self.relevant:
                self.namespace(module)
        self._follow_functions()

    def _follow_functions(self) -> None:
        called = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for module in self.relevant
            for call in ast.walk(module.tree)
            if isinstance(call, ast.Call)
            and isinstance(node := call.func, ast.Attribute | ast.Name)
        }
        entries = [one for one in self._functions if one.name not in called]
        position = 0
        for group in (entries, self._functions):  # the second grows while it is followed
            position = 0
            while position < len(group):
                function = group[position]
                position += 1
                if function.node not in self._followed and function.module in self.relevant:
                    self._follow_entry(function)

    def _follow_entry(self, function: FunctionValue) -> None:
        self._floor = max(0, self.budget - MOST_STEPS_OF_ENTRY)
        try:
            for receiver in self._receivers(function):
                self.run(function, receiver, None, Frame(function.module, ({},)), None)
        except RecursionError:
            self.found.unfollowed[Site(function.module.file, function.node.lineno)] = (
                f"{function.name} is nested too deeply"
            )

    def _receivers(self, function: FunctionValue) -> Sequence[Instance | ClassValue | None]:
        if function.owner is None or self._is_static(function):
            return (None,)
        made = [
            one
            for instances in self._instances.values()
            for one in instances
            if self._inherits(one.kind, function.owner)
        ]
        if made:
            return made[:8]
        frame = Frame(function.module, ({},))
        kinds = [one for one in self._classes if self._inherits(one, function.owner)]
        # What is never made itself has the attributes that its subclasses give it.
        leaves = [one for one in kinds if one is not function.owner][:4] or [function.owner]
        return [self.instantiate(one, None, frame, one.node) for one in leaves]

    def _inherits(self, kind: ClassValue, ancestor: ClassValue) -> bool:
        return kind.node is ancestor.node or any(
            isinstance(base, ClassValue) and base is not kind and self._inherits(base, ancestor)
            for base in kind.bases
        )

    def _is_static(self, function: FunctionValue) -> bool:
        decorators = getattr(function.node, "decorator_list", ())
        return any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in decorators)

    # Modules

    def namespace(self, module: Module) -> dict[str, Values]:
        """The names of a module; its body is followed when it is first asked."""
        if module not in self._namespaces:
            names: dict[str, Values] = {"__name__": (Text("__main__"),)}
            self._namespaces[module] = names
            try:
                self.block(module.tree.body, Frame(module, (names,)))
            except RecursionError:
                self.found.unfollowed[Site(module.file, 1)] = "nested too deeply"
        return self._namespaces[module]

    # Statements

    def block(self, statements: Iterable[ast.stmt], frame: Frame) -> None:
        """Follow statements one by one."""
        for statement in statements:
            self._statement(statement, frame)

    def _statement(self, node: ast.stmt, frame: Frame) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                bind_imports(node, frame, self.modules, self.namespace)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, frame)
            case ast.ClassDef():
                frame.bind(node.name, (self._class(node, frame),))
            case ast.Assign():
                values = self.value(node.value, frame)
                for target in node.targets:
                    self.assign(target, values, frame)
            case ast.AnnAssign(value=ast.expr() as value):
                self.assign(node.target, self.value(value, frame), frame)
            case ast.AugAssign():
                result = self.binary(node.op, node.target, node.value, frame)
                self.assign(node.target, united(result, self.value(node.target, frame)), frame)
            case ast.Return(value=ast.expr() as value):
                frame.returned = united(frame.returned, self.value(value, frame))
            case ast.Expr():
                self.value(node.value, frame)
            case ast.Global():
                frame.global_names.update(node.names)
            case _:
                self._compound(node, frame)

    def _compound(self, node: ast.stmt, frame: Frame) -> None:
        match node:
            case ast.If():
                self._if(node, frame)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._loop(node, frame)
            case ast.With() | ast.AsyncWith():
                self._with(node, frame)
            case ast.Try() | ast.TryStar():
                self._try(node, frame)
            case ast.Match():
                self._match(node, frame)
            case ast.Raise() | ast.Assert() | ast.Delete():
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.value(child, frame)
            case _:
                pass

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        owner = frame.instance if isinstance(frame.instance, ClassValue) else None
        scopes = frame.scopes[:-1] if owner is not None else frame.scopes
        function = FunctionValue(node, frame.module, scopes, node.name, owner)
        self._functions.append(function)
        self._evaluate_defaults(function, frame)
        for decorator in node.decorator_list:
            self.value(decorator, frame)
        frame.bind(node.name, (function,))

    def _evaluate_defaults(self, function: FunctionValue, frame: Frame) -> None:
        declared = function.node.args
        positional = [*declared.posonlyargs, *declared.args]
        pairs = [*zip(reversed(positional), reversed(declared.defaults), strict=False)]
        for parameter, default in (
            *pairs,
            *zip(declared.kwonlyargs, declared.kw_defaults, strict=True),
        ):
            if default is not None:
                function.defaults[parameter.arg] = self.value(default, frame)

    def _class(self, node: ast.ClassDef, frame: Frame) -> ClassValue:
        bases = tuple(
            value
            for base in node.bases
            for value in self.value(base, frame)
            if isinstance(value, ClassValue | External)
        )
        kind = ClassValue(node, frame.module, {}, bases)
        inner = Frame(frame.module, (*frame.scopes, kind.namespace), instance=kind)
        self.block(node.body, inner)
        self._classes.append(kind)
        return kind

    def _if(self, node: ast.If, frame: Frame) -> None:
        known = truth(self.value(node.test, frame))
        if known is not None and is_settled(node.test, frame):
            self.block(node.body if known else node.orelse, frame)
            return
        frame.branches += 1
        self.block(node.body, frame)
        self.block(node.orelse, frame)
        frame.branches -= 1

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> None:
        rounds: list[Values] = [()]
        if isinstance(node, ast.While):
            self.value(node.test, frame)
        else:
            rounds = self.members(self.value(node.iter, frame))
        if not rounds and frame.module.language == "python":
            rounds = [()]  # a list that is empty here may have been filled unseen
        frame.loops += 1
        frame.branches += 1
        guards = frame.guards
        frame.guards = guards | guards_of(node)
        for members in rounds[:LONGEST_LOOP]:
            if isinstance(node, ast.For | ast.AsyncFor):
                frame.branches -= 1
                self.assign(node.target, members, frame)
                frame.branches += 1
            self.block(node.body, frame)
        frame.guards = guards
        frame.loops -= 1
        self.block(node.orelse, frame)
        frame.branches -= 1

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> None:
        for item in node.items:
            values = self.value(item.context_expr, frame)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, values, frame)
        self.block(node.body, frame)

    def _try(self, node: ast.Try | ast.TryStar, frame: Frame) -> None:
        self.block(node.body, frame)
        frame.branches += 1
        for handler in node.handlers:
            self.block(handler.body, frame)
        frame.branches -= 1
        self.block(node.orelse, frame)
        self.block(node.finalbody, frame)

    def _match(self, node: ast.Match, frame: Frame) -> None:
        self.value(node.subject, frame)
        frame.branches += 1
        for case in node.cases:
            self.block(case.body, frame)
        frame.branches -= 1

    # Calls

    def run(
        self,
        function: FunctionValue,
        receiver: Instance | ClassValue | None,
        arguments: Arguments | None,
        caller: Frame,
        node: ast.AST | None,
    ) -> Values:
        """Follow a function of the project. arguments: None if nobody is known to call it."""
        key = key_of(function, receiver, arguments, caller)
        if key in self._answers:
            return self._answers[key] or ()
        self._answers[key] = None  # a call of itself finds nothing more
        is_relevant = function.module in self.relevant
        if not is_relevant and caller.away >= FARTHEST:
            return ()
        if self.budget <= self._floor or len(caller.callers) >= DEEPEST:
            if is_relevant and function.module.is_about_dynamodb:
                place = Site(function.module.file, function.node.lineno)
                self.found.unfollowed[place] = f"{function.name} is called in too many ways"
            return ()
        self._followed.add(function.node)
        frame = self._enter(function, receiver, caller, node)
        frame.away = 0 if is_relevant else caller.away + 1
        self._bind_parameters(function, receiver, arguments, frame)
        if isinstance(function.node, ast.Lambda):
            frame.returned = self.value(function.node.body, frame)
        else:
            self.block(function.node.body, frame)
        self._answers[key] = frame.returned
        return frame.returned

    def _enter(
        self,
        function: FunctionValue,
        receiver: Instance | ClassValue | None,
        caller: Frame,
        node: ast.AST | None,
    ) -> Frame:
        return Frame(
            function.module,
            (*(function.scopes or (self.namespace(function.module),)), {}),
            function,
            receiver,
            (*caller.functions, function.name),
            (*caller.callers, caller.site(node)) if node is not None else (),
            loops=caller.loops,
            guards=caller.guards | guards_of(function.node),
        )

    def _bind_parameters(
        self,
        function: FunctionValue,
        receiver: Instance | ClassValue | None,
        arguments: Arguments | None,
        frame: Frame,
    ) -> None:
        declared = function.node.args
        names = [*declared.posonlyargs, *declared.args]
        own = frame.scopes[-1]
        if receiver is not None and names and not self._is_static(function):
            own[names.pop(0).arg] = (receiver,)
        given = arguments or Arguments([], {}, is_whole=False)
        for position, parameter in enumerate((*names, *declared.kwonlyargs)):
            at = position if position < len(names) else len(given.positional)
            values = given.at(at, parameter.arg) or function.defaults.get(parameter.arg, ())
            if arguments is None:
                values = opened(values)
            own[parameter.arg] = values or self.parameter(parameter, frame)
        if declared.vararg:
            own[declared.vararg.arg] = (Items(given.positional[len(names) :], bool(arguments)),)
        if declared.kwarg:
            known = {parameter.arg for parameter in (*names, *declared.kwonlyargs)}
            rest = {name: one for name, one in given.named.items() if name not in known}
            own[declared.kwarg.arg] = (Record(rest, given.is_whole),)

    def instantiate(
        self, kind: ClassValue, arguments: Arguments | None, frame: Frame, node: ast.AST
    ) -> Instance:
        """An object of a class of the project; its constructor is followed."""
        known = self._instances.setdefault(kind.node, [])
        if arguments is None and known:
            return known[0]
        instance = Instance(kind)
        if len(known) < 64:
            known.append(instance)
        made = kind.lookup("__init__")
        for function in made:
            if isinstance(function, FunctionValue):
                self.run(function, instance, arguments, frame, node if arguments else None)
        if not made and arguments is not None:
            self._fill_fields(instance, arguments)
        return instance

    def _fill_fields(self, instance: Instance, arguments: Arguments) -> None:
        """The fields of a dataclass or model, which has no constructor of its own."""
        fields = [
            one.target.id
            for one in instance.kind.node.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        ]
        instance.attributes.update(zip(fields, arguments.positional, strict=False))
        instance.attributes.update(arguments.named)

    def iterate(self, values: Values, function: Value, frame: Frame, node: ast.AST) -> Values:
        """`list.forEach(f)` and `list.map(f)` of TypeScript, `map(f, list)` of Python."""
        results: list[Values] = []
        frame.loops += 1
        for members in self.members(values)[:LONGEST_LOOP]:
            results.append(self.call(function, Arguments([members], {}), frame, node))
        frame.loops -= 1
        return (Items(results),)
