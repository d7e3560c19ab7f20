"""Credentials in the commands of scripts, Makefiles, Dockerfiles, pipelines and documentation."""

from __future__ import annotations

import pytest
from unit.detect.scans import b64, found, growth, places, scan

from sealwright.detect.credentials.shell import shell_credentials
from sealwright.finding import Confidence
from sealwright.run.scan import scan_bytes

RULE = "shell-command"
RANDOM = "kT9DofMuI#89ViAtE"

SILENT = [
    "kubectl create secret generic db --from-literal=username=shop",
    "kubectl create secret generic db --from-literal=password=$DB_PASSWORD --from-literal=b=${B}",
    'kubectl create secret generic db --from-literal=password="$1" --from-literal password="$(pass db)"',
    "kubectl create secret generic db --from-literal=password=<your-password>",
    "kubectl create secret generic db --from-literal=password=CHANGEME --from-literal=token=abc",
    "kubectl create secret generic db --from-file=password=./password.txt --from-env-file=.env",
    "kubectl create secret tls db --cert=tls.crt --key=tls.key",
    "kubectl get secret db -o jsonpath='{.data.password}' | base64 -d",
    "helm upgrade x y --set auth.existingSecret=db --set auth.password=$PW,b=c",
    "docker run -p 8080:80 -e PASSWORD_FILE=/run/secrets/pw image",
    "echo $TOKEN | docker login -u bot --password-stdin",
    "mysql -u root -p < dump.sql",
    "mysql -u root -p$PW shop; ssh -p 2222 host; mkdir -p secrets",
    "redis-cli -a '' ping; redis-cli -a \"$REDIS_PASSWORD\" ping",
    'curl -u "$U:$P" -H "Authorization: Bearer $TOKEN" https://example.com',
    "export TOKEN=abc KEY=tls.key TOKEN_URL=https://example.com/token",
    "local password=$(grep -oP '^password=\\K.+' $1);",
    'echo "Password: $PASSWORD"; echo "enter your password"',
    "echo aGVsbG8gd29ybGQ= | base64 -d",
    f"echo {b64('just some ordinary words')} | base64 -d",
    'echo "root:$PASSWORD" | chpasswd',
    "openssl req -passin env:PW -passout file:pw.txt",
    "PASSWORD ?= $(shell pass db)",
    "# kubectl create secret generic db --from-literal=password=hunter2",
    "vault login -method=oidc",
    "echo \"SET MASTER_PASSWORD='$NEW_PASSWORD'; START\" | mysql",
    "PASSWORD=${PASSWORD:-changeme} A=${1:?usage: a password} B=${PASSWORD:-}",
    'sed -i "s/PASSWORD/$PASSWORD/" a; if [ "$PASSWORD" = "" ]; then exit 1; fi',
    "vault kv put secret/db password=@pw.txt; aws secretsmanager create-secret --secret-string file://a.json",
    "sealwright verify --private-key prod=prod.yaml --private-key staging=keys/staging.yaml",
    "kubeadm join --token-ttl=0 --discovery-token-unsafe-skip-ca-verification",
]
FOUND = {
    "like a named file": ("tool --token prod=Moss9tide2Q.key", "token", "prod=Moss9tide2Q.key"),
    "literal": ("kubectl create secret generic db --from-literal=password=hunter2", "password", "hunter2"),
    "literal apart": ("kubectl create secret generic db --from-literal password=hunter2", "password", "hunter2"),
    "literal in quotes": (
        "kubectl create secret generic db --from-literal='password=hunter 2'",
        "password",
        "hunter 2",
    ),
    "value in quotes": ('kubectl create secret generic db --from-literal=password="hunter2"', "password", "hunter2"),
    "innocent name": (f"oc create secret generic db --from-literal=cfg={RANDOM}", "cfg", RANDOM),
    "single quotes": ("kubectl create secret generic db --from-literal=password='hunter$2'", "password", "hunter$2"),
    "registry": ("kubectl create secret docker-registry a --docker-password=hunter2", "docker-password", "hunter2"),
    "helm": ("helm upgrade a b --set c=d,auth.password=hunter2,e=f", "auth.password", "hunter2"),
    "argocd": ("argocd login a --username admin --password hunter2", "password", "hunter2"),
    "docker": ("docker login -u bot -p hunter2 ghcr.io", "docker -p", "hunter2"),
    "docker, standard input": ("echo hunter2 | docker login -u bot --password-stdin", "docker stdin", "hunter2"),
    "chpasswd": ('echo "root:hunter2" | sudo chpasswd', "chpasswd", "hunter2"),
    "chpasswd, here-string": ("chpasswd <<< 'root:hunter2'", "chpasswd", "hunter2"),
    "base64": (f"echo {b64(RANDOM)} | base64 --decode > key", "base64", b64(RANDOM)),
    "base64 of an assignment": (f"echo '{b64('password=hunter2')}' | base64 -d", "base64", b64("password=hunter2")),
    "environment": ("PGPASSWORD=hunter2 psql -h db", "PGPASSWORD", "hunter2"),
    "export": ('export DB_PASSWORD="hunter2"', "DB_PASSWORD", "hunter2"),
    "mysql": ("mysql -u root -phunter2 shop", "mysql -p", "hunter2"),
    "redis": ("redis-cli -h db -a hunter2 ping", "redis-cli -a", "hunter2"),
    "curl": ("curl -sS -u admin:hunter2 https://example.com", "curl -u", "hunter2"),
    "header": (f'curl -H "Authorization: Bearer {RANDOM}" https://example.com', "Authorization", RANDOM),
    "json": (f"""curl -d '{{"a": "b", "password": "{RANDOM}"}}' https://example.com""", "password", RANDOM),
    "form": (f"curl -d 'a=b&client_secret={RANDOM}&c=d' https://example.com", "client_secret", RANDOM),
    "sshpass": ("sshpass -p hunter2 ssh -p 22 host", "sshpass -p", "hunter2"),
    "java": ("java -Djavax.net.ssl.keyStorePassword=hunter2 -jar a.jar", "Djavax.net.ssl.keyStorePassword", "hunter2"),
    "keytool": ("keytool -genkey -storepass hunter2", "storepass", "hunter2"),
    "htpasswd": ("htpasswd -nb admin hunter2", "htpasswd", "hunter2"),
    "openssl": ("openssl enc -aes256 -pass pass:hunter2", "pass", "hunter2"),
    "in a substitution": ("A=$(argocd login a --password hunter2)", "password", "hunter2"),
    "in backquotes": ("A=`argocd login a --password hunter2`", "password", "hunter2"),
    "behind other commands": ("cd a && { b; PGPASSWORD=hunter2 psql; }", "PGPASSWORD", "hunter2"),
    "random, in a comment": (f"# export TOKEN={RANDOM}", "TOKEN", RANDOM),
    "connection string": ('psql "host=db user=app password=hunter2 dbname=a"', "password", "hunter2"),
    "fallback": (f"DB_PASSWORD=${{DB_PASSWORD:-{RANDOM}}}", "DB_PASSWORD", f"${{DB_PASSWORD:-{RANDOM}}}"),
    "windows": ("set DB_PASSWORD=hunter2\r", "DB_PASSWORD", "hunter2"),
}


@pytest.mark.parametrize("command", SILENT)
def test_commands_without_credentials(command: str) -> None:
    assert found(f"#!/bin/sh\n{command}\n", "a.sh") == []


@pytest.mark.parametrize(("command", "name", "value"), FOUND.values(), ids=FOUND)
def test_commands_with_credentials(command: str, name: str, value: str) -> None:
    text = f"#!/bin/sh\nset -e\n{command}\n"
    assert found(text, "a.sh") == [(RULE, name, 3)]
    assert places(text, "a.sh") == [value]


FILES = {
    "continued": (
        "a.sh",
        "kubectl create secret generic a \\\n  --from-literal=b=c \\\n  --from-literal=password=hunter2\n",
        3,
    ),
    "continued, windows": ("a.sh", "helm upgrade a b \\\r\n  --set password=hunter2\r\n", 2),
    "makefile": ("Makefile", "a:\n\t@helm upgrade a b --set password=hunter2\n", 2),
    "makefile, variable": ("Makefile", "DB_PASSWORD := hunter2\n", 1),
    "dockerfile": ("Dockerfile", "FROM a\nENV DB_PASSWORD hunter2\n", 2),
    "dockerfile, arguments": ("prod.dockerfile/Dockerfile.prod", "FROM a\nARG A=b DB_PASSWORD=hunter2\n", 2),
    "justfile": ("justfile", "a:\n    argocd login --password hunter2\n", 2),
    "without an ending": ("bin/a", "#!/usr/bin/env bash\nexport DB_PASSWORD=hunter2\n", 2),
    "a file that it writes": ("a.sh", f"cat > a.conf <<EOF\na: b\npassword: {RANDOM}\nEOF\n", 3),
    "jenkins": (
        "Jenkinsfile",
        "steps {\n  sh 'kubectl create secret generic a --from-literal=password=hunter2'\n}\n",
        2,
    ),
    "jenkins, in braces": ("Jenkinsfile.prod", 'steps { sh(script: "a --password hunter2", returnStdout: true) }\n', 1),
    "jenkins, lines": ("a.groovy", 'steps {\n  sh """\n    a\n    b --password hunter2\n  """\n}\n', 4),
    "pipeline": (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n          a\n          b --password hunter2\n",
        6,
    ),
    "gitlab": (".gitlab-ci.yml", "a:\n  script:\n    - docker login -u a -p hunter2 b\n", 3),
    "taskfile": ("Taskfile.yml", "tasks:\n  a:\n    cmds: [helm upgrade a b --set password=hunter2]\n", 3),
    "markdown": ("a.md", f"Run\n\n    a --password {RANDOM}\n", 3),
    "markdown, in a line": ("a.md", f"Run `helm upgrade a b --set password={RANDOM}` now.\n", 1),
}


@pytest.mark.parametrize(("path", "text", "line"), FILES.values(), ids=FILES)
def test_where_commands_stand(path: str, text: str, line: int) -> None:
    assert [(rule, at) for rule, _, at in found(text, path)] == [(RULE, line)]


@pytest.mark.parametrize(
    "text",
    [
        "helm upgrade a b --set auth.password=hunter2",
        "kubectl create secret generic a --from-literal=password=S00perS3cret",
        "helm upgrade a b --set a.password=T0pS3cr3t,b.token=my-token-1",
        "pulumi config set --secret gitHubAccessToken <token>",
        "kubectl create secret generic a --from-literal=API_KEY=*****VZYKYJNMMEMK*****",
    ],
)
def test_documentation_shows_samples(text: str) -> None:
    assert found(f"```sh\n{text}\n```\n", "a.md") == []


@pytest.mark.parametrize(
    "text",
    [
        "sh 'kubectl create secret generic a --from-literal=password=$PASSWORD'",
        "sh 'it is never closed",
        "finish 'a --password hunter2'",
        "environment { DB_PASSWORD = credentials('db') }",
    ],
)
def test_pipelines_of_jenkins_without_credentials(text: str) -> None:
    assert found(f"pipeline {{\n  {text}\n}}\n", "Jenkinsfile") == []


@pytest.mark.parametrize("value", ["password", "root", "Milvus", "admin"])
def test_words_are_only_possible(value: str) -> None:
    assert [finding.confidence for finding in scan(f"a --password {value}\n", "a.sh").findings] == [Confidence.POSSIBLE]


HEREDOCS = {
    "exact": (
        "cat <<EOF | kubectl apply -f -\nkind: Secret\nstringData:\n  a: hunter2\nEOF\n",
        [("secret-string-data", "stringData.a", 4)],
    ),
    "substituted": (
        "cat <<EOF | kubectl apply -f -\nkind: Secret\nstringData:\n  a: $password\n  b: $(c)\n  d: ${e}\nEOF\n",
        [],
    ),
    "quoted": (
        "cat <<'EOF' | kubectl apply -f -\nkind: Secret\nstringData:\n  a: hunter$x\nEOF\n",
        [("secret-string-data", "stringData.a", 4)],
    ),
    "two documents": (
        "cat <<EOF\nkind: A\n---\nkind: Secret\ndata: {a: aHVudGVyMg==}\nEOF\nkind=Secret\n",
        [("secret-data", "data.a", 5)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), HEREDOCS.values(), ids=HEREDOCS)
def test_manifests_in_here_documents(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert found(text, "a.sh") == expected


@pytest.mark.parametrize(
    "text",
    [
        "password=a \\\n",
        "'password ",
        "$(password ",
        "`token",
        "a=$(b=$(c=",
        '"token\\"',
        "--password a\n",
        "password|",
        "secret<<<",
        "#key ",
    ],
)
def test_the_time_grows_with_the_length(text: str) -> None:
    assert growth(lambda size: lambda: list(shell_credentials(text * size)), 300) < 8


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('sshpass -p "$PASSWORD" ssh host; openssl enc -pass env:PASSWORD -in a', ""),
        ("sshpass -p 'hunter 22' ssh root@host", "hunter 22"),
        ("openssl enc -aes-256-cbc -pass pass:Hunter22Xq9 -in a", "Hunter22Xq9"),
        ("mysql -u root -pHunter22Xq9 shop", "Hunter22Xq9"),
    ],
)
def test_scripts_in_config_maps(line: str, value: str) -> None:
    text = f"kind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  run.sh: |\n    {line}\n"
    assert [place.strip("'") for place in places(text, "a.yaml")] == ([value] if value else [])
    results = scan_bytes("a.yaml", text.encode())  # the byte test lets it through
    assert len(results) == 1 + bool(value)
