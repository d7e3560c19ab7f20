"""Run as a program: evaluates lines of JSON [expression, object] with cel-expr-python, and prints what each gave.

In a process of its own, since that library counts references to None wrongly and takes the interpreter with it.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

    extensions = [ext_optional.ExtOptional(), ext_strings.ExtStrings(), ext_bindings.ExtBindings()]
    environment = cel.NewEnv(variables={"object": cel.Type.DYN}, extensions=extensions)
    for line in sys.stdin:
        text, document = json.loads(line)
        print(json.dumps(outcome(environment, text, document)), flush=True)


def outcome(environment: Any, text: str, document: Any) -> list[Any]:
    """["refused"], ["error"], or ["value", type, the value where it is a bool, an int or a string]."""
    try:
        expression = environment.compile(text, disable_check=True)
    except Exception:
        return ["refused"]
    value = expression.eval(data={"object": document})
    name = value.type().name()
    if name == "ERROR":
        return ["error"]
    return ["value", name, value.plain_value() if name in {"BOOL", "INT", "STRING"} else None]


if __name__ == "__main__":
    main()
