"""What functions make of their arguments, as far as it matters to the literals among them; in any language."""

from __future__ import annotations

ENCODERS = frozenset(
    {"base64encode", "base64", "btoa", "b64encode", "encodeToString", "ToBase64String", "strict_encode64", "encode64"}
    | {"EncodeToString", "toBase64", "to_base64", "base64Encode", "b64enc"}
)
"""Their result is base64 of their argument."""
WRAPPERS = frozenset(
    {"from", "String", "string", "byte", "bytes", "bytearray", "secret", "getBytes", "GetBytes", "Secret", "ToSecret"}
    | {"sensitive", "nonsensitive", "tostring", "chomp", "trimspace", "trim", "StringPtr", "Of", "str", "output"}
    | {"Output", "ToSecretOutput", "createSecret", "toInput", "encodeUTF8"}
)
"""Their result is their argument, more or less."""
METHODS = frozenset(
    {"toString", "encode", "decode", "getBytes", "toByteArray", "strip", "trim", "freeze", "to_s", "trimIndent"}
    | {"getEncoder", "stripMargin", "stripIndent", "getUrlEncoder", "rstrip", "asSecret"}
)
"""They hand on what they are called upon; their arguments are names of encodings."""
CHOOSERS = frozenset({"coalesce", "try", "default", "orElse"})
"""They take one of several values."""
KEYED = frozenset({"get", "getenv", "getOrDefault", "lookup", "env", "fetch"})
"""They take a name, and what counts where there is none."""
BLOCKS = frozenset(
    {"merge", "tomap", "dict", "map", "Map", "StringMap", "of", "mapOf", "HashMap", "Dictionary", "ofEntries", "entry"}
    | {"assign", "singletonMap", "hashMapOf", "mutableMapOf", "Record", "ImmutableMap", "prune", "mergePatch"}
    | {"toMap", "Some"}
)
"""They make a map of their arguments."""
TURNS = frozenset(
    {"of", "Of", "entry", "Entry", "Add", "singletonMap", "addToStringData", "addStringData", "AddStringData"}
    | {"putStringDataItem", "addToData", "putDataItem", "add_string_data"}
)
"""They take keys and values by turns."""
WRITERS = frozenset(
    {"jsonencode", "yamlencode", "stringify", "dumps", "dump", "safe_dump", "manifestJson", "manifestJsonEx", "Marshal"}
    | {"manifestYamlDoc", "manifestYamlStream", "manifestIni", "manifestJsonMinified", "manifestTomlEx", "encode_json"}
    | {"toJSON", "to_json", "to_yaml", "JSONStringify", "toml", "jsonStringify"}
)
"""They write structures as text."""
WORDS = frozenset(
    {"new", "await", "as", "const", "string", "byte", "bytes", "String", "map", "std", "object", "any", "to"}
)
"""Names in an expression that are no value from elsewhere."""
