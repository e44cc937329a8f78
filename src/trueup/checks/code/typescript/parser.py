"""Statements of TypeScript as those of Python: imports, classes, functions, loops, conditions."""

from __future__ import annotations

import ast
from itertools import count

from .cursor import Cursor
from .expressions import Expressions, arguments_of, placed
from .tokens import NotTypeScript, Token, tokens_of

_MODIFIERS = frozenset(
    {
        "export",
        "default",
        "declare",
        "abstract",
        "public",
        "private",
        "protected",
        "readonly",
        "static",
        "override",
        "async",
        "get",
        "set",
    }
)
_PASSED = ("interface", "type", "enum", "namespace", "module", "switch", "break", "continue")


def parse_typescript(text: str) -> ast.Module:
    """A file as a module of Python.

    Raises NotTypeScript for what is not read.
    """
    parser = Parser(Cursor(tokens_of(text)))
    body: list[ast.stmt] = []
    while parser.cursor.now.kind != "end":
        body += parser.statement()
        parser.cursor.skip("}")
    return ast.Module(body, [])


_NUMBERS = count(1)


class Parser(Expressions):
    """Reads statements."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(cursor)
        self._before: list[ast.stmt] = []
        self.fields: list[str] = []

    def statement(self) -> list[ast.stmt]:
        """The next statement; before it, the functions with a block that stand in it."""
        outer, self._before = self._before, []
        found = self._statement()
        result, self._before = [*self._before, *found], outer
        return result

    def _statement(self) -> list[ast.stmt]:
        cursor, token = self.cursor, self.cursor.now
        while cursor.at("@"):
            cursor.take()
        if token.kind == "name" and token.text.startswith("@"):
            cursor.take()
            if cursor.at("("):
                cursor.pass_group()
            return self._statement()
        if cursor.skip(";", ","):
            return []
        if cursor.at("{"):
            return self.block()
        while cursor.at(*_MODIFIERS) and cursor.ahead().kind in ("name", "sign"):
            if cursor.ahead().text in (".", "(", "=", ")", ","):
                break
            cursor.take()
        if cursor.at("{", "*", "=") or cursor.at(*_PASSED):
            cursor.pass_statement()
            return []
        return self._worded(token)

    def _worded(self, token: Token) -> list[ast.stmt]:
        cursor = self.cursor
        match cursor.now.text if cursor.now.kind == "name" else "":
            case "import":
                return self._import()
            case "class":
                return [self._class()]
            case "function":
                return [self._function()]
            case "const" | "let" | "var":
                return self._variables()
            case "if":
                return [self._if()]
            case "for":
                return [self._for()]
            case "while":
                cursor.take()
                cursor.pass_group()
                return self._body()
            case "try":
                return self._try()
            case "return" | "throw":
                cursor.take()
                ends = cursor.at(";", "}") or cursor.now.starts_line
                value = None if ends else self.expression()
                return [placed(ast.Return(value), token.line)]
            case _:
                value = self.expression()
                return [placed(ast.Expr(value), token.line)]

    def block(self) -> list[ast.stmt]:
        """The statements of a block, which is next."""
        self.cursor.expect("{")
        found: list[ast.stmt] = []
        while not self.cursor.skip("}"):
            if self.cursor.now.kind == "end":
                raise NotTypeScript("'}' is missing", self.cursor.now.line)
            found += self.statement()
        return found

    def _body(self) -> list[ast.stmt]:
        return (self.block() if self.cursor.at("{") else self.statement()) or [
            placed(ast.Pass(), self.cursor.now.line)
        ]

    def function(self, parameters: ast.arguments, line: int) -> ast.expr:
        """A function whose block is next, defined before the statement; its name."""
        name = f"<function {next(_NUMBERS)}>"
        if self.cursor.skip(":"):
            self._pass_return_type()
        self._before.append(_defined(name, parameters, self.block(), line))
        return placed(ast.Name(name, ast.Load()), line)

    def parameters(self) -> ast.arguments:
        """Parameters in brackets, which are next; those that become fields are in `fields`."""
        self.cursor.expect("(")
        found, self.fields = arguments_of([]), []
        while not self.cursor.skip(")"):
            if self.cursor.now.kind == "end":
                raise NotTypeScript("')' is missing", self.cursor.now.line)
            if not self.cursor.skip(","):
                self._parameter(found)
        return found

    def _parameter(self, found: ast.arguments) -> None:
        cursor = self.cursor
        is_field = False
        while cursor.at(*_MODIFIERS) and cursor.ahead().kind == "name":
            is_field |= cursor.take().text in ("public", "private", "protected", "readonly")
        is_rest = cursor.skip("...")
        token = cursor.now
        if cursor.at("{", "["):
            cursor.pass_group()
            name = f"<parameter {token.line}>"
        else:
            name = cursor.take().text
        cursor.skip("?")
        if cursor.skip(":"):
            cursor.pass_type()
        default = self.expression() if cursor.skip("=") else None
        parameter = placed(ast.arg(name), token.line)
        if is_rest:
            found.vararg = parameter
            return
        found.args.append(parameter)
        if is_field:
            self.fields.append(name)
        if default is not None or found.defaults:
            found.defaults.append(default or placed(ast.Constant(None), token.line))

    def _function(self) -> ast.stmt:
        line = self.cursor.take().line
        self.cursor.skip("*")
        return self._named_function(self.cursor.take().text, line)

    def _named_function(self, name: str, line: int) -> ast.stmt:
        self.cursor.pass_type_arguments()
        parameters, fields = self.parameters(), self.fields
        if self.cursor.skip(":"):
            self._pass_return_type()
        if not self.cursor.at("{"):  # an overload, or an abstract method
            self.cursor.skip(";")
            return placed(ast.Pass(), line)
        body = [*(_set_field(one, line) for one in fields), *self.block()]
        return _defined(name, parameters, body, line)

    def _class(self) -> ast.stmt:
        line = self.cursor.take().line
        name = self.cursor.take().text
        self.cursor.pass_type_arguments()
        bases: list[ast.expr] = []
        if self.cursor.skip("extends"):
            bases.append(self._postfix(self._primary()))
            self.cursor.pass_type_arguments()
        while not self.cursor.at("{"):
            if self.cursor.take().kind == "end":
                raise NotTypeScript("'{' is missing", line)
        self.cursor.expect("{")
        body: list[ast.stmt] = []
        fields: list[ast.stmt] = []
        while not self.cursor.skip("}"):
            self._member(body, fields)
        if fields:
            _begin_constructor(body, fields, line)
        body = body or [placed(ast.Pass(), line)]
        return placed(ast.ClassDef(name, bases, [], body, []), line)

    def _member(self, body: list[ast.stmt], fields: list[ast.stmt]) -> None:
        """A method, or a field with its value."""
        cursor = self.cursor
        if cursor.now.kind == "end":
            raise NotTypeScript("'}' is missing", cursor.now.line)
        if cursor.skip(";"):
            return
        if cursor.now.text.startswith("@"):
            cursor.take()
            if cursor.at("("):
                cursor.pass_group()
            return
        is_static = False
        while cursor.at(*_MODIFIERS) and cursor.ahead().text not in ("(", "=", ":", ";", "?"):
            is_static |= cursor.take().text == "static"
        token = cursor.take()
        cursor.skip("?", "!")
        if cursor.at("(", "<"):
            self._method(token, is_static, body)
            return
        if cursor.skip(":"):
            cursor.pass_type()
        if cursor.skip("="):
            value = self.expression()
            target: ast.expr = placed(ast.Name(token.text, ast.Store()), token.line)
            if not is_static:
                owner = placed(ast.Name("self", ast.Load()), token.line)
                target = placed(ast.Attribute(owner, token.text, ast.Store()), token.line)
            made = placed(ast.Assign([target], value), token.line)
            (body if is_static else fields).append(made)

    def _method(self, token: Token, is_static: bool, body: list[ast.stmt]) -> None:
        name = "__init__" if token.text == "constructor" else token.text
        made = self._named_function(name, token.line)
        if not isinstance(made, ast.FunctionDef):
            return
        if is_static:
            made.decorator_list.append(placed(ast.Name("staticmethod", ast.Load()), token.line))
        else:
            made.args.args.insert(0, placed(ast.arg("self"), token.line))
        body.append(made)

    def _variables(self) -> list[ast.stmt]:
        line = self.cursor.take().line
        found: list[ast.stmt] = []
        while True:
            target = self._pattern()
            self.cursor.skip("!")
            if self.cursor.skip(":"):
                self.cursor.pass_type()
            if self.cursor.skip("="):
                found += _assigned(target, self.expression(), line)
            if not self.cursor.skip(","):
                self.cursor.skip(";")
                return found

    def _pattern(self) -> ast.expr:
        return self._primary()

    def _if(self) -> ast.stmt:
        line = self.cursor.take().line
        self.cursor.expect("(")
        test = self.expression()
        self.cursor.expect(")")
        body = self._body()
        self.cursor.skip(";")
        orelse = self._body() if self.cursor.skip("else") else []
        return placed(ast.If(test, body, orelse), line)

    def _for(self) -> ast.stmt:
        line = self.cursor.take().line
        self.cursor.skip("await")
        start = self.cursor.position
        self.cursor.expect("(")
        if self.cursor.skip("const", "let", "var"):
            target = self._pattern()
            if self.cursor.skip("of"):
                members = self.expression()
                self.cursor.expect(")")
                _store(target)
                return placed(ast.For(target, members, self._body(), []), line)
        self.cursor.position = start
        self.cursor.pass_group()
        test = placed(ast.Name("<condition>", ast.Load()), line)
        return placed(ast.While(test, self._body(), []), line)

    def _try(self) -> list[ast.stmt]:
        self.cursor.take()
        found = self.block()
        if self.cursor.skip("catch"):
            if self.cursor.at("("):
                self.cursor.pass_group()
            found += self.block()
        if self.cursor.skip("finally"):
            found += self.block()
        return found

    def _import(self) -> list[ast.stmt]:
        line = self.cursor.take().line
        if self.cursor.at("("):
            self.cursor.pass_statement()
            return []
        self.cursor.skip("type")
        names: list[tuple[str, str]] = []
        while self.cursor.now.kind not in ("string", "end"):
            token = self.cursor.take()
            if token.kind == "name" or token.text == "*":
                name = "*" if token.text == "*" else token.text
                alias = self.cursor.take().text if self.cursor.skip("as") else name
                if name != "from":
                    names.append((name, alias))
        source = self.cursor.take().text
        self.cursor.skip(";")
        return [_imported(source, name, alias, line) for name, alias in names]


def _imported(source: str, name: str, alias: str, line: int) -> ast.stmt:
    level = 0
    if source.startswith("."):
        level = 1 + source.count("../")
        source = source.rpartition("./")[2]
    dotted = source.lstrip("@").replace("aws-cdk/", "aws_cdk/").replace("aws-cdk-lib", "aws_cdk")
    dotted = dotted.removesuffix(".js").replace("-", "_" if not level else "-").replace("/", ".")
    if name == "*":
        if level == 0:
            return placed(ast.Import([ast.alias(dotted, alias)]), line)
        head, _, last = dotted.rpartition(".")
        return placed(ast.ImportFrom(head or None, [ast.alias(last, alias)], level), line)
    return placed(ast.ImportFrom(dotted, [ast.alias(name, alias)], level), line)


def _defined(
    name: str, parameters: ast.arguments, body: list[ast.stmt], line: int
) -> ast.FunctionDef:
    return placed(ast.FunctionDef(name, parameters, body or [placed(ast.Pass(), line)], []), line)


def _set_field(name: str, line: int) -> ast.stmt:
    owner = placed(ast.Name("self", ast.Load()), line)
    target = placed(ast.Attribute(owner, name, ast.Store()), line)
    return placed(ast.Assign([target], placed(ast.Name(name, ast.Load()), line)), line)


def _begin_constructor(body: list[ast.stmt], fields: list[ast.stmt], line: int) -> None:
    """Let a class give its fields their values first."""
    for one in body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            one.body[:0] = fields
            return
    body.append(_defined("__init__", arguments_of(["self"]), fields, line))


def _assigned(target: ast.expr, value: ast.expr, line: int) -> list[ast.stmt]:
    """`const x = …`, or `const { a, b: c } = …`, a name at a time."""
    if not isinstance(target, ast.Dict):
        _store(target)
        return [placed(ast.Assign([target], value), line)]
    found: list[ast.stmt] = []
    for key, inner in zip(target.keys, target.values, strict=True):
        if isinstance(key, ast.Constant):
            part = placed(ast.Attribute(value, str(key.value), ast.Load()), line)
            found += _assigned(inner, part, line)
    return found


def _store(target: ast.expr) -> None:
    if isinstance(target, ast.List):
        for one in target.elts:
            _store(one)
