"""Which small mistakes can be made in a module, each as a replacement of a piece of its text.

The pieces are found in the syntax tree, so a mistake is always valid Python; the rest of the text stays as it is.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
REVERSED: dict[type[ast.AST], type[ast.AST]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "sin": "cos", "cos": "sin"}
DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Raise)


@dataclass(frozen=True)
class Mistake:
    """In `file`, the text between two offsets becomes another; `line` is its number, `function` the name around it."""

    file: str
    line: int
    start: int
    stop: int
    old: str
    new: str

    def __str__(self) -> str:
        old, new = (" ".join(text.split())[:70] for text in (self.old, self.new))
        return f"{self.file}:{self.line}: {old}  ->  {new}"

    def planted_in(self, source: str) -> str:
        """The source with the mistake."""
        return source[: self.start] + self.new + source[self.stop :]


def mistakes_in(file: str, source: str) -> list[Mistake]:
    """Every mistake that can be made in the source of a file."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        text = source[starts[line - 1] : starts[line]]
        return starts[line - 1] + len(text.encode()[:column].decode())

    found = []
    for node, new in _replacements(ast.parse(source)):
        start, stop = offset(node.lineno, node.col_offset), offset(node.end_lineno, node.end_col_offset)
        found.append(Mistake(file, node.lineno, start, stop, source[start:stop], new))
    return found


def _replacements(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in _computing(tree):
        if isinstance(node, ast.stmt):
            yield from ((node, text) for text in _of_statement(node))
        else:
            yield from ((node, f"({ast.unparse(other)})") for other in _of_expression(node))


def _computing(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that compute something: no annotations, docstrings, imports, overloads or pieces of formatted strings."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
                yield from _computing(child)


def _of_statement(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.Yield, ast.YieldFrom)):
        return
    if isinstance(node, DROPPED):
        yield "pass"
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return None"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _of_expression(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[operator]):
            yield from (_with(node, ops=[table[type(operator)]()]) for table in (SWAPPED, REVERSED) if type(operator) in table)
        case ast.Compare(ops=[first, *others]):
            yield from (_with(node, ops=[SWAPPED[type(first)](), *others]) for _ in (0,) if type(first) in SWAPPED)
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in SWAPPED and not _is_text(node):
            yield _with(node, op=SWAPPED[type(operator)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield _with(node, value=not node.value)
        case ast.Constant(value=int()):
            yield _with(node, value=node.value + 1)
        case ast.Constant(value=float()) if math.isfinite(node.value):
            yield _with(node, value=2 * node.value + (node.value == 0))
        case ast.Call(func=ast.Name(id=name)) if name in TWINS:
            yield _with(node, func=ast.Name(TWINS[name]))
        case ast.Call(func=ast.Attribute(attr=name)) if name in TWINS:
            yield _with(node, func=_with(node.func, attr=TWINS[name]))
        case ast.IfExp():
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _is_text(node: ast.AST) -> bool:
    """Whether one side is plainly text or a list, which another operator would refuse."""
    return isinstance(node, ast.BinOp) and any(
        isinstance(side, (ast.JoinedStr, ast.List)) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = deepcopy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other
