"""Inventories to look at: a company in the middle of its migration, a small one, an empty one, and a hostile one."""

from __future__ import annotations

from sealwright.finding import (
    Confidence,
    Excerpt,
    Finding,
    History,
    Location,
    Outcome,
    Position,
    Problem,
    ResourceRef,
    Severity,
    Status,
    Verdict,
)
from sealwright.inventory.model import (
    Certificate,
    Consumer,
    Control,
    Held,
    Inventory,
    Item,
    Key,
    Point,
    Rotation,
    Secret,
    Store,
)

MASK = "********"
NAMESPACES = (
    *("shop", "payments", "identity", "search", "mail", "reporting"),
    *("monitoring", "ingress", "flux-system", "warehouse", "support", "analytics"),
)
ENVIRONMENTS = ("production", "staging", "test")
KMS = "arn:aws:kms:eu-central-1:111122223333:key/1f0c5d2e-6a7b-4c3d-9e8f-0a1b2c3d4e5f"
SEALING = "sha256:3f2a91c4d05e6b7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"


def where(path: str, line: int = 1, column: int = 3) -> Location:
    return Location(path, Position(line, column), Position(line, column + 9))


def finding(path: str, line: int, rule: str = "secret-data", **fields: object) -> Finding:
    ref = ResourceRef("v1", "Secret", "shop", "db")
    message = "Secret shop/db keeps `password` in clear (base64 is not encryption)"
    shown = Excerpt(f"  password: {MASK}", 12, 8)
    usual = Finding(rule, Severity.HIGH, Confidence.CERTAIN, where(path, line), message, ref, "data.password")
    return usual._replace(excerpt=shown)._replace(**fields)  # type: ignore[arg-type]


def large() -> Inventory:
    """Three environments, twelve namespaces, 140 secrets, two years of progress."""
    findings = large_findings()
    secrets = large_secrets(findings)
    return Inventory(
        repository="platform-gitops",
        day="2026-11-21",
        commit="3f2a91c4b7d05e6f8a9b0c1d2e3f405162738495",
        branch="main",
        secrets=secrets,
        stores=stores(),
        keys=(
            Key(
                SEALING,
                "sealing",
                "sealed-secrets-key-2026",
                "RSA-4096",
                "production",
                "clusters/production/cert.pem",
                "2036-03-01",
            ),
            Key(KMS, "kms", "alias/secrets", "AES-256-GCM"),
            Key(
                "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudk2l4q3s9x8a0", "age", "", "X25519", "", ".sops.yaml"
            ),
        ),
        certificates=certificates(),
        progress=progress(secrets),
        rotations=rotations(),
        controls=controls(),
        findings=findings,
        verdicts=verdicts(),
        files=612,
        seconds=2.4,
    )


def large_findings() -> tuple[Finding, ...]:
    kept = [
        finding(f"apps/{space}/base/secrets.yaml", 9 + 3 * number) for space in NAMESPACES[:7] for number in range(3)
    ]
    policy = Excerpt("          image: ********", 17, 8)
    more = [
        finding(
            f"apps/{space}/base/deployment.yaml",
            31,
            "WRK001",
            severity=Severity.MEDIUM,
            message="`DB_PASSWORD` takes a key of a Secret as an environment variable",
            resource=ResourceRef("apps/v1", "Deployment", space, "api"),
            field="spec",
            excerpt=policy,
        )
        for space in NAMESPACES[:5]
    ]
    history = History("a" * 40, "b" * 40, False, "2025-02-03", "2025-09-30")
    more += [
        finding("clusters/test/values.yaml", 88, "helm-values", severity=Severity.CRITICAL, history=history),
        finding(
            "apps/mail/base/dev.env",
            4,
            "dotenv-file",
            severity=Severity.LOW,
            confidence=Confidence.POSSIBLE,
            excerpt=None,
        ),
        finding(
            "apps/shop/base/fixture.yaml", 6, status=Status.WAIVED, reason="a fixture of the tests, until 2027-01-31"
        ),
        finding("apps/search/base/old.yaml", 6, status=Status.KNOWN, reason="in the baseline"),
    ]
    return (*kept, *more)


def large_secrets(findings: tuple[Finding, ...]) -> tuple[Secret, ...]:
    kinds = {
        Held.PLAINTEXT: ("v1", "Secret"),
        Held.REFERENCE: ("v1", "Secret"),
        Held.SOPS: ("v1", "Secret"),
        Held.SEALED: ("bitnami.com/v1alpha1", "SealedSecret"),
        Held.EXTERNAL: ("external-secrets.io/v1", "ExternalSecret"),
        Held.CSI: ("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
    }
    ways = (
        [Held.EXTERNAL] * 9
        + [Held.SEALED] * 6
        + [Held.PLAINTEXT] * 4
        + [Held.CSI] * 2
        + [Held.SOPS] * 3
        + [Held.REFERENCE]
    )
    secrets = []
    for number in range(140):
        space, environment = NAMESPACES[number * 5 % 12], ENVIRONMENTS[number // 12 % 3]
        held = ways[number * 7 % 25 if environment == "test" else number * 11 % 23]
        ref = ResourceRef(*kinds[held], space, ("db", "api-token", "tls", "smtp", "registry")[number % 5])
        place = where(f"apps/{space}/overlays/{environment}/{ref.name}.yaml", 1 + number % 9)
        user = ResourceRef("apps/v1", "Deployment", space, "api")
        mine = tuple(one.fingerprint for one in findings if f"apps/{space}/" in one.location.path)
        secrets.append(
            Secret(
                ref,
                held,
                place,
                environment,
                ref.name,
                "Opaque",
                tuple(Item(key, "password") for key in ("password", "url", "token")[: 1 + number % 3]),
                "aws" if held in (Held.EXTERNAL, Held.CSI) else "",
                SEALING if held is Held.SEALED else KMS if held is Held.SOPS else "",
                "1h" if held is Held.EXTERNAL else "",
                tuple(
                    Consumer(user._replace(name=name), "env", place) for name in ("api", "worker", "cron")[: number % 4]
                ),
                mine if held is Held.PLAINTEXT else (),
                f"20{24 + number % 3}-0{1 + number % 9}-1{number % 10}",
            )
        )
    return tuple(secrets)


def stores() -> tuple[Store, ...]:
    ref = ResourceRef("external-secrets.io/v1", "ClusterSecretStore", "", "aws")
    role = "service account external-secrets/reader"
    vault = ResourceRef("external-secrets.io/v1", "SecretStore", "payments", "vault")
    return (
        Store("aws", "aws-secrets-manager", ref, where("infrastructure/stores/aws.yaml", 4), "eu-central-1", role, KMS),
        Store("vault", "vault", vault, where("apps/payments/store.yaml"), "https://vault.example.com", "role payments"),
    )


def progress(secrets: tuple[Secret, ...]) -> tuple[Point, ...]:
    now = {held: sum(secret.held is held for secret in secrets) for held in Held}
    points = []
    for month in range(24):
        left = 1 - (month / 23) ** 1.5
        counts = {
            held: round(number * (month / 23) ** (0.8 if held is Held.SEALED else 1.6)) for held, number in now.items()
        }
        counts[Held.PLAINTEXT] = round(now[Held.PLAINTEXT] + 78 * left)
        year, at = divmod(2024 * 12 + 11 + month, 12)
        points.append(Point(f"{year}-{at + 1:02}-03", f"{month:02}" * 20, counts))
    return (*points, Point("2026-11-20", "3f2a91c4" * 5, now))


def certificates() -> tuple[Certificate, ...]:
    tls = ResourceRef("v1", "Secret", "ingress", "shop-tls")
    return (
        Certificate(
            "sealing",
            "CN=sealed-secrets production",
            SEALING,
            "2036-03-01",
            where("clusters/production/cert.pem"),
            algorithm="RSA",
            bits=4096,
        ),
        Certificate(
            "tls",
            "CN=shop.example.com",
            "sha256:99aa",
            "2026-12-03",
            where("apps/ingress/tls.yaml", 6),
            tls,
            "ECDSA",
            256,
        ),
        Certificate(
            "ca",
            "CN=Internal root",
            "sha256:01bc",
            "2026-11-09",
            where("apps/identity/ca.yaml", 8),
            algorithm="RSA",
            bits=2048,
        ),
        Certificate(
            "tls", "CN=mail.example.com", "sha256:77de", "2027-06-30", where("apps/mail/tls.yaml", 6), tls, "RSA", 2048
        ),
    )


def rotations() -> tuple[Rotation, ...]:
    return tuple(
        Rotation(
            ResourceRef("v1", "Secret", space, "db"),
            "data.password" if number % 2 else "stringData.token",
            f"apps/{space}/base/secrets.yaml",
            "secret-data",
            f"2025-0{1 + number}-14",
            "" if number < 5 else f"2026-0{1 + number}-02",
            f"{number:02}c4d5e6" * 5,
            number < 5,
            Held.PLAINTEXT if number < 5 else (Held.EXTERNAL, Held.SEALED, None)[number % 3],
        )
        for number, space in enumerate(NAMESPACES[:8])
    )


def controls() -> tuple[Control, ...]:
    pci = [
        Control("pci-dss-4.0.1", f"8.{major}.{minor}", ("secret-data", "WRK001"))
        for major in (3, 6)
        for minor in (1, 2, 3)
    ]
    nist = [
        Control("nist-800-53r5", name, ("WRK001", "ESO003", "SEA002")) for name in ("AC-6", "IA-5(7)", "SC-12", "SC-28")
    ]
    pci[1] = pci[1]._replace(failing={"secret-data": 21})
    pci[3] = pci[3]._replace(failing={"secret-data": 21, "WRK001": 5}, waived={"secret-data": 1})
    nist[1] = nist[1]._replace(failing={"WRK001": 5})
    nist[2] = nist[2]._replace(waived={"SEA002": 2})
    return (*pci, *nist)


def verdicts() -> tuple[Verdict, ...]:
    def one(space: str, item: str, outcome: Outcome, reason: str = "") -> Verdict:
        ref = ResourceRef("bitnami.com/v1alpha1", "SealedSecret", space, "db")
        return Verdict(
            where(f"apps/{space}/overlays/production/db.yaml", 9), ref, item, outcome, reason, "3f2a91c4d05e"
        )

    opens = [one(space, item, Outcome.OPENS) for space in NAMESPACES[:6] for item in ("password", "url")]
    return (
        *opens,
        one("mail", "token", Outcome.FAILS, "sealed for mail/db-old (strict): the name was changed after sealing"),
        one("search", "url", Outcome.UNKNOWN, "no stamp proves it; its form is right"),
    )


def empty() -> Inventory:
    """No secret, no git, nothing wrong."""
    return Inventory(repository="", day="2026-11-21", files=3)


def unread() -> Inventory:
    """Nothing found, in what could be read."""
    problems = tuple(
        Problem(
            f"apps/broken-{number}.yaml",
            "this document does not parse: a tab cannot indent YAML",
            14,
            3,
            "replace the tab by spaces",
        )
        for number in range(5)
    )
    return empty()._replace(repository="shop", problems=problems)


HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=https://example.com/x onerror=\"document.title='owned'\">",
    "\"><svg onload=document.title='owned'>",
    "</style><style>*{display:none}</style></script><script>document.title='owned'</script>",
    "' onfocus=document.title='owned' autofocus x='",
    "javascript:document.title='owned'",
    "a\u202ecod.exe\u2066\u200b\ufeff",
    "caf\udce9\x00\x1b[31m\n<b>",
    "&lt;b&gt;&#x3c;",
    "<!--",
    "]]>",
    "שלום/عربي",
)
"""Names that a repository may hold."""


def hostile() -> Inventory:
    """Every field that comes from a repository is hostile."""
    names = HOSTILE
    refs = [ResourceRef(name, name, name, name) for name in names]
    places = [where(name, 1) for name in names]
    marks = [
        finding(
            name, 3, name, message=name, resource=ref, field=name, reason=name, excerpt=Excerpt(f"{name}: {MASK}", 2, 5)
        )
        for name, ref in zip(names, refs, strict=True)
    ]
    secrets = [
        Secret(
            ref,
            Held.PLAINTEXT,
            place,
            name,
            name,
            name,
            (Item(name, name, name),),
            name,
            name,
            name,
            (Consumer(ref, name, place),),
            (),
            name,
        )
        for name, ref, place in zip(names, refs, places, strict=True)
    ]
    every = list(zip(names, refs, places, strict=True))
    return Inventory(
        repository=names[0],
        day=names[1],
        commit=names[2],
        branch=names[3],
        secrets=tuple(secrets),
        stores=tuple(Store(name, name, ref, place, name, name, name) for name, ref, place in every),
        keys=tuple(Key(name, name, name, name, name, name, name) for name in names),
        certificates=tuple(Certificate(name, name, name, name, place, ref, name) for name, ref, place in every),
        progress=(*large().progress, *(Point(name, name, {Held.PLAINTEXT: 1}) for name in names)),
        rotations=tuple(Rotation(ref, name, name, name, name, name, name) for name, ref, _ in every),
        controls=tuple(Control(name, name, (name,), {name: 1}) for name in names),
        findings=tuple(marks),
        verdicts=tuple(Verdict(place, ref, name, Outcome.FAILS, name, name) for name, ref, place in every),
        problems=tuple(Problem(name, name, 1, 1, name) for name in names),
        files=1,
    )


def many(count: int) -> Inventory:
    """As many findings, three in each file; rules that exist."""
    rules = ("secret-data", "secret-string-data", "helm-values", "WRK001", "private-key")
    severities = list(Severity)
    findings = tuple(
        finding(
            f"clusters/production/apps/team-{number // 3 % 40}/service-{number // 3}/secrets.yaml",
            9 + number % 3,
            rules[number % 5],
            severity=severities[number % 5],
        )
        for number in range(count)
    )
    return large()._replace(findings=findings)


def small() -> Inventory:
    """One of everything."""
    whole = large()
    held = {secret.held: secret for secret in whole.secrets}
    return whole._replace(
        repository="shop",
        secrets=tuple(held[each] for each in (Held.PLAINTEXT, Held.SEALED)),
        stores=whole.stores[:1],
        keys=whole.keys[:1],
        certificates=whole.certificates[1:2],
        progress=whole.progress[::12],
        rotations=whole.rotations[:1],
        controls=whole.controls[1:2],
        findings=(whole.findings[0], whole.findings[21]),
        verdicts=whole.verdicts[-2:],
        problems=unread().problems[:1],
        files=7,
    )
