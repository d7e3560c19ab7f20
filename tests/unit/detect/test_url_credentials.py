"""Credentials in URLs: first the many texts with `://`, `:` and `@` that hold none."""

# ruff: noqa: E501 - in tables, one case on one line reads better

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from unit.detect.scans import PARSERS, found, growth, places, scan

from sealwright.finding import Confidence

PASSWORD = "Vq7XRE0PFmj3NqNk"
RANDOM = "kJ8sQz2mWx9Lr4Tb6Yv1"


def manifest(url: str) -> str:
    return f"kind: ConfigMap\nmetadata: {{name: app}}\ndata:\n  ENDPOINT: {json.dumps(url)}\n"


HARMLESS = [
    "https://example.com",
    "https://example.com:8080/a@b",
    "https://example.com:8080?email=a@example.com",
    "http://host:8080#a@b",
    "git@github.com:org/repo.git",
    "ssh://git@github.com/org/repo.git",
    "https://git@github.com/org/repo.git",
    "https://admin@example.com/",
    "https://jane.doe.somebody@example.com/",
    "mailto:a:b@example.com",
    "https://mailto:johnny@example.com",
    "abfss://container@account.dfs.core.windows.net/path",
    "https://cdn.example.com/@scope/pkg@1.2.3/dist",
    "https://cdn.example.com/npm/@scope/a:b@1.2.3",
    "2024-01-01T10:00:00+01:00 a@example.com",
    "oci://ghcr.io/org/chart:1.2.3@sha256:3f8b1a9c7d2e5f604b8a9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5",
    "docker://ghcr.io/org/image:1.2.3@sha256:3f8b1a9c7d2e5f604b8a9c1d2e3f4a5b",
    "https://3f8b1a9c7d2e5f604b8a9c1d2e3f4a5b@o12345.ingest.sentry.io/42",
    "postgres://app:$(PASSWORD)@db/app",
    "postgres://app:${PASSWORD}@db/app",
    "postgres://${USER}:${PASSWORD}@${HOST}:5432/app?sslmode=disable",
    "postgres://app:$PASSWORD@db/app",
    "postgres://$user:$password@db/app",
    "postgres://app:{{ .Values.password }}@db/app",
    "postgres://{{ .user }}:{{ .password }}@{{ .host }}/app",
    "postgres://app:<path:secret/data/db#password>@db/app",
    "postgres://app:<password>@db/app",
    "postgres://%s:%s@%s/app",
    "postgres://{user}:{password}@{host}/app",
    "postgres://user:password@db/app",
    "postgres://user:pass@db/app",
    "postgres://user:secret@db/app",
    "postgres://user:PASSWORD@db/app",
    "postgres://user:DB_PASSWORD@db/app",
    "postgres://user:changeme@db/app",
    "postgres://user:change-me@db/app",
    "postgres://user:xxx@db/app",
    "postgres://user:xxxxxxxx@db/app",
    "postgres://user:****@db/app",
    "postgres://user:...@db/app",
    "postgres://user:your-password@db/app",
    "postgres://user:[password]@db/app",
    "postgres://user:@db/app",
    "amqp://guest:guest@rabbitmq:5672",
    "mongodb://user:password@h1:27017,h2:27017/app",
    "jdbc:postgresql://db/app?user=app&password=${PASSWORD}",
    "jdbc:postgresql://db/app?user=app&password=password",
    "jdbc:sqlserver://db:1433;databaseName=app;user=sa;password=;encrypt=true",
    "jdbc:oracle:thin:@//db:1521/app",
    "jdbc:oracle:thin:scott/${PASSWORD}@db:1521:app",
    "https://example.com/reset?token=abc&page=2",
    "https://example.com/?secretName=db&passwordFile=/etc/a",
    "https://b.s3.amazonaws.com/a?X-Amz-Signature=3f8b1a9c7d2e5f604b8a9c1d2e3f4a5b3f8b1a9c7d2e5f604b8a9c1d2e3f4a5b",
]


@pytest.mark.parametrize("url", HARMLESS)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_silent(url: str, libyaml: bool) -> None:
    assert [hit for hit in found(manifest(url), libyaml=libyaml) if hit[0] == "url-credentials"] == []


@pytest.mark.parametrize("url", HARMLESS)
@pytest.mark.parametrize("path", [".env", "README.md", "main.go"])
def test_silent_in_other_files(url: str, path: str) -> None:
    assert [hit for hit in found(f"ENDPOINT={url}\n", path) if hit[0] == "url-credentials"] == []


@pytest.mark.parametrize(
    "text",
    [
        f"# see https://app:{PASSWORD}@db/app\nkind: ConfigMap\ndata: {{a: b}}\n",
        "kind: CustomResourceDefinition\nspec:\n  versions:\n  - schema: {description: 'as in postgres://app:open-sesame@db/app'}\n",
        "kind: Secret\nstringData:\n  url: postgres://app:${PASSWORD}@db/app\n",
    ],
)
def test_comments_schemas_and_references_are_silent(text: str) -> None:
    assert [hit for hit in found(text) if hit[0] == "url-credentials"] == []


@pytest.mark.parametrize("path", ["README.md", "docs/a.rst", "main.go", "src/test_db.py"])
@pytest.mark.parametrize(
    "url",
    ["postgres://app:hunter2@db/app", "http://admin:letmein1@example.com/", f"http://admin:{RANDOM}@localhost:8080/",
     f"https://meet.example.org/1?password={RANDOM}", "redis://:my-secret-password@redis:6379"],
)  # fmt: skip
def test_documentation_and_code_show_examples(path: str, url: str) -> None:
    assert found(f"run `{url}`\n", path) == []


FOUND = [
    f"redis://default:{PASSWORD}@redis:6379/0",
    f"redis://:{PASSWORD}@redis:6379/0",
    "postgres://app:hunter2@db/app",
    "postgresql+asyncpg://app:k9-Wooden!Spoon@db:5432/app?sslmode=require",
    "mysql://root:p%40ss%2Fw0rd9@db/app",
    "mysql://root:p@ssw0rd9@db/app",
    "postgres://app:k9#Wooden@db/app",
    "postgres://app:k9?Wooden@db/app",
    f"amqps://app:{PASSWORD}@mq:5671/vhost",
    f"mongodb://app:{PASSWORD}@h1:27017,h2:27017/app?replicaSet=rs0",
    f"mongodb+srv://app:{PASSWORD}@cluster.example.net",
    f"amqp://app:{PASSWORD}@h1:5672,app:{PASSWORD}@h2:5672",
    f"https://bot:{PASSWORD}@git.acme.io/org/repo.git",
    f"https://oauth2:{RANDOM}@gitlab.acme.io/org/repo.git",
    f"https://{RANDOM}@github.com/org/repo.git",
    f"git+https://{RANDOM}@github.com/org/repo.git",
    f"http://proxy:{PASSWORD}@10.0.0.1:3128",
    f"smtp://mailer:{PASSWORD}@mail.acme.io:587",
    f"jdbc:postgresql://db/app?user=app&password={PASSWORD}",
    f"jdbc:sqlserver://db:1433;databaseName=app;user=sa;password={PASSWORD};encrypt=true",
    f"jdbc:mysql://app:{PASSWORD}@db:3306/app",
    f"jdbc:oracle:thin:scott/{PASSWORD}@//db:1521/app",
    f"postgres://${{USER}}:{PASSWORD}@${{HOST}}/app",
    f"postgres://{{{{ .Values.user }}}}:{PASSWORD}@{{{{ .Values.host }}}}/app",
    "postgres://app:correct-horse-battery@db/app",
]


@pytest.mark.parametrize("url", FOUND)
@pytest.mark.parametrize("libyaml", PARSERS)
def test_found(url: str, libyaml: bool) -> None:
    assert found(manifest(url), libyaml=libyaml) == [("url-credentials", "data.ENDPOINT", 4)]
    assert places(manifest(url), libyaml=libyaml) == [json.dumps(url)]


@pytest.mark.parametrize("url", FOUND)
@pytest.mark.parametrize("path", [".npmrc", "app.conf", "proxy.sh"])
def test_found_in_settings(url: str, path: str) -> None:
    hits = [(rule, line) for rule, _, line in found(f"# one\nserver {url} now\n", path) if rule == "url-credentials"]
    assert hits == [("url-credentials", 2)]


@pytest.mark.parametrize(
    "url",
    ["postgres://postgres:postgres@db/app", "postgres://root:mysecretpassword@db/app", "redis://:password123@redis"],
)
def test_defaults_and_descriptions_are_possible_only(url: str) -> None:
    assert [finding.confidence for finding in scan(manifest(url)).findings] == [Confidence.POSSIBLE]
    assert [finding.confidence for finding in scan(manifest(FOUND[0])).findings] == [Confidence.LIKELY]


def test_random_passwords_are_found_in_documentation_and_code() -> None:
    text = f"one\ntwo `postgres://app:{RANDOM}@db.acme.io/app` three\n"
    for path in ("README.md", "main.go", "src/test_db.py"):
        assert found(text, path) == [("url-credentials", "", 2)]
        (finding,) = scan(text, path).findings
        assert finding.confidence is (Confidence.POSSIBLE if "test" in path else Confidence.LIKELY)
        assert places(text, path) == [f"postgres://app:{RANDOM}@db.acme.io/app"]


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        (f"kind: ConfigMap\ndata:\n  a: |\n    one=1\n    url=redis://:{PASSWORD}@redis (x)\n", f"redis://:{PASSWORD}@redis", 5),
        (f"kind: ConfigMap\ndata:\n  a: >-\n    one\n    redis://:{PASSWORD}@redis\n    two\n", f"redis://:{PASSWORD}@redis", 5),
        (f"kind: ConfigMap\ndata:\n  a: 'b (redis://:{PASSWORD}@redis), c'\n", f"redis://:{PASSWORD}@redis", 3),
        (f"kind: ConfigMap\ndata: {{a: redis://:{PASSWORD}@redis }}\n", f"redis://:{PASSWORD}@redis", 2),
        (f'kind: ConfigMap\ndata:\n  a: "x\\ty redis://:{PASSWORD}\\u0040redis"\n', f'"x\\ty redis://:{PASSWORD}\\u0040redis"', 3),
        (f'{{"kind": "ConfigMap", "data": {{"a": "redis:\\/\\/:{PASSWORD}@redis"}}}}\n', f'"redis:\\/\\/:{PASSWORD}@redis"', 1),
        (f"kind: GitRepository\nspec:\n  url: https://bot:{PASSWORD}@git.acme.io/a\n", f"https://bot:{PASSWORD}@git.acme.io/a", 3),
        (f"kind: Application\nspec:\n  source:\n    repoURL: https://bot:{PASSWORD}@git.acme.io/a\n", f"https://bot:{PASSWORD}@git.acme.io/a", 4),
        (f"spec:\n  containers:\n  - args: ['--dsn=postgres://a:{PASSWORD}@db/b']\n", f"postgres://a:{PASSWORD}@db/b", 3),
        (f"database:\n  url: postgres://a:{PASSWORD}@db/b # old\n", f"postgres://a:{PASSWORD}@db/b", 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("libyaml", PARSERS)
def test_the_place_is_the_url(text: str, place: str, line: int, libyaml: bool) -> None:
    assert [(rule, where) for rule, _, where in found(text, libyaml=libyaml)] == [("url-credentials", line)]
    assert places(text, libyaml=libyaml) == [place]


@pytest.mark.parametrize(
    "text",
    [
        f"kind: Deployment\nspec:\n  containers:\n  - env:\n    - name: DB_PASSWORD_URL\n      value: postgres://a:{PASSWORD}@db/b\n",
        f"kind: ConfigMap\ndata:\n  DB_DSN: postgres://a:{PASSWORD}@db/b\n",
        f"kind: ConfigMap\ndata:\n  DB_CONNECTION_STRING: jdbc:postgresql://db/b?user=a&password={PASSWORD}\n",
        f"kind: ConfigMap\ndata:\n  a: |\n    spring.datasource.url=jdbc:postgresql://db/b?user=a&password={PASSWORD}\n",
        f"postgresql:\n  connectionString: postgres://a:{PASSWORD}@db/b\n",
    ],
)
def test_names_do_not_double_it(text: str) -> None:
    assert [rule for rule, _, _ in found(text)] == ["url-credentials"]


def test_inside_a_secret_it_is_reported_once() -> None:
    assert [rule for rule, _, _ in found(f"kind: Secret\nstringData:\n  a: postgres://a:{PASSWORD}@db/b\n")] == [
        "secret-string-data"
    ]


def test_every_url_of_a_text_is_found() -> None:
    text = f"kind: ConfigMap\ndata:\n  a: |\n    redis://:{PASSWORD}@r\n    http://b\n    redis://:{PASSWORD}@r\n"
    assert [line for _, _, line in found(text)] == [4, 6]


@pytest.mark.parametrize(
    "pattern",
    [
        *[
            "://",
            "a://",
            "a://b",
            "a://b:c",
            "a://b:c@",
            "a://b?",
            "?a=b&",
            ";a=b",
            "a:",
            "a@",
            "a://b:cde@f,",
            "jdbc:oracle:thin:",
        ],
        "a://b:c@d ",
    ],
)
@pytest.mark.parametrize("path", ["a.yaml", "a.conf"])
def test_time_grows_with_the_length(pattern: str, path: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = f"kind: ConfigMap\ndata:\n  a: 'x://{(pattern * size)[:size]}'\n"
        return lambda: scan(text.encode(), path)

    assert growth(work, 20_000) < 9
