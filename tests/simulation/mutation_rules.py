"""The rules that plant bugs: for each kind of node of a syntax tree, what is written instead."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

_OTHER = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_CHECK = "strict"  # of zip: whether a mistake elsewhere raises here, which changes no result
_EMPTY = {"bool": "False", "int": "0", "str": '""'}
_SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.If, ast.For)
_UNTOUCHED = frozenset({"annotation", "returns", "decorator_list", "bases", "type_params"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes of a module from `start` to `end` that are replaced."""

    kind: str
    start: int
    end: int
    new: bytes


def changes(source: bytes, required: Mapping[str, frozenset[str]] | None = None) -> Iterator[tuple[str, Change]]:
    """Yield every change of a module with the name of the function or class around it.

    `required` are the arguments that a call of a name cannot do without: to leave one out would break every run.
    """
    yield from _Planter(source, required or {}).module()


def required_arguments(tree: ast.AST) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the names of functions and dataclasses with their arguments that have no default."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and each.value is None]
            yield node.name, frozenset(each.target.id for each in fields if isinstance(each.target, ast.Name))
        elif isinstance(node, _Function):
            given = node.args
            without = given.posonlyargs + given.args
            names = {each.arg for each in without[: len(without) - len(given.defaults)]}
            pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
            yield node.name, frozenset(names | {each.arg for each, default in pairs if default is None})


@dataclass
class _Planter:
    """Walks through one module's tree."""

    source: bytes
    required: Mapping[str, frozenset[str]]
    starts: list[int] = field(default_factory=list)
    ports: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.starts = [0, *(match.end() for match in re.finditer(b"\n", self.source))]

    def module(self) -> Iterator[tuple[str, Change]]:
        tree = ast.parse(self.source)
        self.ports = _names_of_ports(tree)
        yield from self._within(tree, "")

    def _within(self, node: ast.AST, where: str) -> Iterator[tuple[str, Change]]:
        """Yield the changes of a node and of all inside it; annotations, decorators and types stay as they are."""
        name = f"{where}.{node.name}".lstrip(".") if isinstance(node, ast.ClassDef | _Function) else where
        yield from ((name, change) for change in self._changes(node))
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            return
        for field_name, value in ast.iter_fields(node):
            if field_name in _UNTOUCHED:
                continue
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, ast.AST):
                    yield from self._within(inner, name)

    def _changes(self, node: ast.AST) -> Iterator[Change]:
        rules: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
            self._inverted,
            self._boundary,
            self._and_or,
            self._members,
            self._unions,
            self._keywords,
            self._numbers,
            self._dropped,
            self._swapped,
            self._early,
        )
        for rule in rules:
            yield from rule(node)

    def _inverted(self, node: ast.AST) -> Iterator[Change]:
        tests = [node.test] if isinstance(node, ast.If | ast.While | ast.IfExp) else getattr(node, "ifs", [])
        for test in tests:
            if isinstance(test, ast.Compare) and not isinstance(test.ops[0], _ORDER):
                continue  # The comparison itself is changed.
            yield self._change("condition inverted", test, b"not (" + self._text(test) + b")")

    def _boundary(self, node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            return
        old, new = _OTHER[type(node.ops[0])]
        start, end = self._span(node.left)[1], self._span(node.comparators[0])[0]
        between = self.source[start:end].replace(old.encode(), new.encode(), 1)
        yield Change("comparison changed", start, end, between)

    def _and_or(self, node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.BoolOp):
            return
        old, new = (b"and", b"or") if isinstance(node.op, ast.And) else (b"or", b"and")
        for left, right in pairwise(node.values):
            start, end = self._span(left)[1], self._span(right)[0]
            yield Change("and for or", start, end, self.source[start:end].replace(old, new, 1))

    def _members(self, node: ast.AST) -> Iterator[Change]:
        """Drop each member of a literal. A tuple without parentheses is several results, not a collection."""
        if isinstance(node, ast.Dict):
            parts = [
                (b"**" if key is None else self._text(key) + b": ") + self._operand(value)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        elif isinstance(node, ast.Set | ast.List | ast.Tuple):
            parts = [self._operand(member) for member in node.elts]
        else:
            return
        text = self._text(node)
        if isinstance(node, ast.Tuple) and node.elts and self._span(node)[0] == self._span(node.elts[0])[0]:
            return  # It has no brackets of its own.
        loaded = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if not loaded or text[:1] not in b"([{" or (len(parts) == 1 and not isinstance(node, ast.Dict | ast.List)):
            return
        for position in range(len(parts)):
            kept = parts[:position] + parts[position + 1 :]
            inside = b", ".join(kept) + (b"," if len(kept) == 1 and isinstance(node, ast.Tuple) else b"")
            yield self._change("member dropped", node, text[:1] + inside + text[-1:])

    def _unions(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub):
            yield self._change("operand dropped", node, b"(" + self._text(node.left) + b")")
            if not isinstance(node.op, ast.Sub):
                yield self._change("operand dropped", node, b"(" + self._text(node.right) + b")")

    def _keywords(self, node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.Call):
            return
        required = self.required.get(ast.unparse(node.func).rpartition(".")[2], frozenset())
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg not in required and keyword.arg != _CHECK:
                start, end = self._span(keyword)
                comma = re.compile(rb"\s*,").match(self.source, end)
                yield Change("argument left out", start, comma.end() if comma else end, b"")

    def _numbers(self, node: ast.AST) -> Iterator[Change]:
        numbers = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv):
            numbers = [node.left, node.right]
        elif isinstance(node, ast.Subscript):
            numbers = [node.slice]
        elif isinstance(node, ast.Slice):
            numbers = [part for part in (node.lower, node.upper) if part]
        for number in numbers:
            text = self._text(number)
            if re.fullmatch(rb"-?[0-9]{1,9}", text):
                yield self._change("number off by one", number, str(int(text) + 1).encode())

    def _dropped(self, node: ast.AST) -> Iterator[Change]:
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if is_call or isinstance(node, ast.AugAssign | ast.Continue | ast.Break):
            yield self._change("statement dropped", node, b"pass")

    def _swapped(self, node: ast.AST) -> Iterator[Change]:
        """Swap neighbours that both call something, where the second uses no name that the first makes."""
        if isinstance(node, ast.ClassDef | ast.Module):
            return  # The order of fields says nothing where they are given by name, nor does that of constants.
        for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            pairs = pairwise(body) if isinstance(body, list) else ()
            for first, second in pairs:
                if _may_be_swapped(first, second) and not self._in_any_order(first, second):
                    start, end = self._span(first)[0], self._span(second)[1]
                    between = self.source[self._span(first)[1] : self._span(second)[0]]
                    new = self._text(second) + between + self._text(first)
                    yield Change("statements swapped", start, end, new)

    def _in_any_order(self, first: ast.stmt, second: ast.stmt) -> bool:
        """Return whether one statement only computes a value, and the other does so too or only leaves."""
        if _names(second, ast.Store) & (_names(first, ast.Store) | _names(first, ast.Load)):
            return False
        pairs = ((first, second), (second, first))
        return any(_names_a_value(one) and not self._asks(one) and _only_decides(other) for one, other in pairs)

    def _asks(self, statement: ast.stmt) -> bool:
        """Return whether a statement may ask or tell something outside, or change something."""
        pops = any(isinstance(node, ast.Attribute) and node.attr == "pop" for node in ast.walk(statement))
        return pops or bool(_names(statement, ast.Load) & self.ports)

    def _early(self, node: ast.AST) -> Iterator[Change]:
        """End a function that returns nothing before each of its statements; make another one's results empty."""
        if not isinstance(node, _Function) or node.returns is None:
            return
        kind = ast.unparse(node.returns)
        if kind == "None":
            for statement in (each for each in node.body if not _is_text(each)):
                start = self._span(statement)[0]
                yield Change("return early", start, start, b"return\n" + b" " * statement.col_offset)
        empty = _empty_of(kind)
        for statement in ast.walk(node):
            if isinstance(statement, ast.Return) and statement.value is not None:
                text = self._text(statement.value)
                if kind == "bool":
                    yield self._change("result inverted", statement.value, b"not (" + text + b")")
                elif empty and text not in {empty.encode(), b"{}", b"[]"}:
                    yield self._change("empty result", statement.value, empty.encode())

    def _operand(self, node: ast.expr) -> bytes:
        text = self._text(node)
        plain = isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Call | ast.Starred | ast.Subscript)
        return text if plain or text[:1] in b"([{" else b"(" + text + b")"

    def _change(self, kind: str, node: ast.AST, new: bytes) -> Change:
        return Change(kind, *self._span(node), new)

    def _text(self, node: ast.AST) -> bytes:
        start, end = self._span(node)
        return self.source[start:end]

    def _span(self, node: ast.AST) -> tuple[int, int]:
        # Columns count bytes.
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )


def _may_be_swapped(first: ast.stmt, second: ast.stmt) -> bool:
    if not (isinstance(first, _SIMPLE) and isinstance(second, _SIMPLE)) or _is_text(first):
        return False
    calls = (any(isinstance(node, ast.Call) for node in ast.walk(statement)) for statement in (first, second))
    return not _names(first, ast.Store) & _names(second, ast.Load) and all(calls)


def _names_of_ports(tree: ast.Module) -> frozenset[str]:
    """Return the names by which the functions of a module reach what is outside: `self`, ports and callables."""
    imported = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "bucketpress.ports")
    types = {"Callable", *(alias.name for node in imported for alias in node.names)}
    arguments = (node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation)
    reached = (each.arg for each in arguments if types & set(re.findall(r"\w+", ast.unparse(each.annotation or each))))
    return frozenset({"self", *reached})


def _names_a_value(statement: ast.stmt) -> bool:
    """Return whether a statement does nothing but give values to names."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    named = all(isinstance(each, ast.Name | ast.Tuple) for each in targets)
    return isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and named


def _only_decides(statement: ast.stmt) -> bool:
    """Return whether a statement names a value, or does nothing but that and leave, where a condition holds."""
    if not isinstance(statement, ast.If) or statement.orelse:
        return _names_a_value(statement)
    *before, last = statement.body
    leaves = isinstance(last, ast.Return | ast.Continue | ast.Raise)
    return all(map(_names_a_value, before)) and (leaves or _names_a_value(last))


def _names(statement: ast.stmt, context: type[ast.expr_context]) -> set[str]:
    """Return the names that a statement makes or uses, but those that a comprehension in it has for itself."""
    own = {
        id_
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension)
        for id_ in _ids(node.target, ast.Store)
    }
    return _ids(statement, context) - own


def _ids(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, context)}


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _empty_of(annotation: str) -> str:
    """Return the empty value of a type, "" for a type that has none."""
    if annotation.endswith("| None"):
        return "None"
    collection = re.match(r"(set|frozenset|list|dict)\b", annotation)
    if collection:
        return f"{collection[1]}()"
    return "()" if annotation.endswith(", ...]") and annotation.startswith("tuple[") else _EMPTY.get(annotation, "")
