"""The functions that the controller's templates have: Go's own and those of sprig v3.3, and what is special in some.

Source: Go, text/template (`builtins`); sprig, `functions.go`; upstream sealedsecret_expansion.go, for what is out.
"""

from __future__ import annotations

_GO = "and break call continue eq ge gt html index js le len lt ne not or print printf println slice urlquery"
_SPRIG = """
abbrev abbrevboth add add1 add1f addf adler32sum ago all any append atoi b32dec b32enc b64dec b64enc base bcrypt
biggest buildCustomCert camelcase cat ceil chunk clean coalesce compact concat contains date dateInZone dateModify
date_in_zone date_modify decryptAES deepCopy deepEqual default derivePassword dict dig dir div divf duration
durationRound empty encryptAES ext fail first float64 floor fromJson genCA genCAWithKey genPrivateKey
genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey get has hasKey hasPrefix
hasSuffix hello htmlDate htmlDateInZone htpasswd indent initial initials int int64 isAbs join kebabcase keys kindIs
kindOf last list lower max maxf merge mergeOverwrite min minf mod mul mulf mustAppend mustChunk mustCompact
mustDateModify mustDeepCopy mustFirst mustFromJson mustHas mustInitial mustLast mustMerge mustMergeOverwrite
mustPrepend mustRegexFind mustRegexFindAll mustRegexMatch mustRegexReplaceAll mustRegexReplaceAllLiteral
mustRegexSplit mustRest mustReverse mustSlice mustToDate mustToJson mustToPrettyJson mustToRawJson mustUniq
mustWithout must_date_modify nindent nospace now omit osBase osClean osDir osExt osIsAbs pick pluck plural prepend
quote randAlpha randAlphaNum randAscii randBytes randInt randNumeric regexFind regexFindAll regexMatch regexQuoteMeta
regexReplaceAll regexReplaceAllLiteral regexSplit repeat replace rest reverse round semver semverCompare seq set
sha1sum sha256sum sha512sum shuffle slice snakecase sortAlpha split splitList splitn squote sub subf substr swapcase
ternary title toDate toDecimal toJson toPrettyJson toRawJson toString toStrings trim trimAll trimPrefix trimSuffix
trimall trunc tuple typeIs typeIsLike typeOf uniq unixEpoch unset until untilStep untitle upper urlJoin urlParse
uuidv4 values without wrap wrapWith
"""
KNOWN = frozenset(f"{_GO} {_SPRIG}".split())

NEVER = frozenset(
    {"env", "expandenv", "getHostByName", "include", "tpl", "required", "lookup", "toYaml", "fromYaml", "toToml"}
    | {"fromYamlArray", "fromJsonArray", "mustToYaml"}
)
"""Taken out by the controller, or known from Helm, which has them by itself: a template that calls one is refused."""

NEW_EACH_TIME = frozenset(
    {"ago", "bcrypt", "buildCustomCert", "encryptAES", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert"}
    | {"genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htpasswd", "now", "randAlpha"}
    | {"randAlphaNum", "randAscii", "randBytes", "randInt", "randNumeric", "shuffle", "uuidv4"}
)
"""Another result whenever the controller looks at the object."""


def quotes_its_argument(name: str) -> bool:
    """Whether the function's error repeats what it was given, which ends in the object's status, in events and logs."""
    return name in {"fail", "urlParse"} or name.startswith("must")
