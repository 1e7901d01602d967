"""Code in colours: Pygments' classes, no inline style."""

import html
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

MAX_CODE_BYTES = 8 * 1024
MAX_LINE_CHARACTERS = 400
# Many lexers look ahead over white space from every blank line.
_MANY_BLANK_LINES = re.compile(r"(?:^[^\S\n]*\n){20}", re.MULTILINE)
# Measured on 1,600 bad inputs of 8 KiB within the caps above: at most 0.25 s each, most of them under 0.05 s. Left out
# are those that took longer (C, C++, C#, Java, Objective-C, Scala, Groovy, Perl, Terraform, Markdown) and those that
# hand parts of a text to any other lexer (HTTP, reStructuredText).
_LEXERS = """
ApacheConfLexer apache apacheconf
AwkLexer awk
BashLexer bash sh shell zsh ksh
BashSessionLexer console shell-session
BatchLexer bat batch cmd
CMakeLexer cmake
ClojureLexer clojure clj
CssLexer css
DartLexer dart
DiffLexer diff patch
DockerLexer docker dockerfile
ElixirLexer elixir ex exs
ErlangLexer erlang erl
FSharpLexer fsharp f#
GoLexer go golang
GraphQLLexer graphql
HaskellLexer haskell hs
HtmlLexer html htm
IniLexer ini cfg
JavascriptLexer javascript js mjs node
JsonLexer json
JsxLexer jsx
JuliaLexer julia jl
KotlinLexer kotlin kt
LessCssLexer less
LuaLexer lua
MakefileLexer make makefile
MatlabLexer matlab
NginxConfLexer nginx
NixLexer nix
OcamlLexer ocaml ml
PhpLexer php
PowerShellLexer powershell ps1 pwsh
PropertiesLexer properties
ProtoBufLexer protobuf proto
PythonConsoleLexer pycon
PythonLexer python py python3 py3
RubyLexer ruby rb
RustLexer rust rs
SLexer r
ScssLexer scss
SqlLexer sql
SwiftLexer swift
TOMLLexer toml
TexLexer tex latex
TsxLexer tsx
TypeScriptLexer typescript ts
VimLexer vim
XmlLexer xml svg rss atom xsd
YamlLexer yaml yml
ZigLexer zig
"""
LEXERS = {name: lexer for lexer, *names in map(str.split, _LEXERS.split("\n")[1:-1]) for name in names}


def highlight(code: str, language: str) -> str | None:
    """Return code as HTML with a class on every piece; None when it is to be shown plain.

    Plain is code past the caps, code in a language whose lexer took too long on bad input when it was measured, and
    code its lexer would change.
    """
    lexer = _lexer(language.lower())
    if lexer is None or _is_costly(code):
        return None
    pieces = list(lexer.get_tokens(code))
    if "".join(text for _, text in pieces) != code:
        return None  # The lexer of shell sessions leaves a line out now and then.
    parts = []
    for kind, text in pieces:
        name = _class_of(kind)
        written = html.escape(text, quote=False)
        parts.append(f'<span class="{name}">{written}</span>' if name and not text.isspace() else written)
    return "".join(parts)


@cache
def _class_of(kind: "_TokenType") -> str:
    """Return the class of a kind of token, or of the nearest kind above it that has one."""
    # Here, not above: Pygments takes 40 ms to import, and most posts hold no code.
    from pygments.token import STANDARD_TYPES  # noqa: PLC0415

    return next((STANDARD_TYPES[known] for known in reversed(kind.split()) if known in STANDARD_TYPES), "")


def _is_costly(code: str) -> bool:
    return (
        len(code.encode()) > MAX_CODE_BYTES
        or any(len(line) > MAX_LINE_CHARACTERS for line in code.split("\n"))
        or _MANY_BLANK_LINES.search(code) is not None
    )


@cache
def _lexer(language: str) -> "Lexer | None":
    name = LEXERS.get(language)
    if name is None:
        return None
    from pygments import lexers  # noqa: PLC0415

    found: Lexer = getattr(lexers, name)(stripnl=False, ensurenl=False)
    return found
