"""`sealwright convert` through the installed program: the plan, the store, the files, and the way back."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import Repository, posix_only, program, run_program

CANARY = "corr3ct-horse-battery"
OTHER = "N3ver-in-the-open"
SHORT = "s3cr"
SECRET = f"""\
# the database of the shop
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  labels: {{app: shop}}
type: Opaque
stringData:
  password: {CANARY}  # rotated in May
  # who logs in
  user: {SHORT}
data:
  keystore: {base64.b64encode(bytes(range(256))).decode()}
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    spec:
      serviceAccountName: shop
      containers:
        - name: api
          image: shop:1
          env:
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: db, key: password}}
"""
BYTES = {"password": CANARY.encode(), "user": SHORT.encode(), "keystore": bytes(range(256))}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "HOME", str(home))
    made = Repository.init(tmp_path / "repository")
    made.write("apps/db.yaml", SECRET)
    made.write("apps/api.yaml", WORKLOAD)
    made.commit("as it was")
    return made


def convert(repository: Repository, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = run_program("sealwright", "convert", *arguments, cwd=repository.path)
    assert done.returncode == code, (done.stdout + done.stderr).decode()
    for value in (CANARY, OTHER, base64.b64encode(CANARY.encode()).decode()):
        assert value.encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    return done


def to(repository: Repository, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    return convert(repository, "--to", "external-secret", *arguments, code=code)


def status(repository: Repository) -> str:
    return subprocess.run(
        ["git", "status", "--short"], cwd=repository.path, capture_output=True, check=True, text=True
    ).stdout


def resolved(repository: Repository, path: str = "apps/db.yaml") -> dict[str, bytes]:
    """What the operator would make of the manifest, by the manifest and the store alone."""
    from sealwright.config import Store
    from sealwright.stores.local import open_store

    store = open_store(Store("local", "local"))
    [document] = [one for one in yaml.safe_load_all(repository.read(path)) if one["kind"] == "ExternalSecret"]
    found = {}
    for entry in document["spec"]["data"]:
        ref: dict[str, Any] = entry["remoteRef"]
        stored = store.get(ref["key"])
        assert stored is not None
        text = json.loads(stored.body.reveal())[ref["property"]]
        found[entry["secretKey"]] = base64.b64decode(text) if ref["decodingStrategy"] == "Base64" else text.encode()
    return found


def test_nothing_happens_without_write(repository: Repository) -> None:
    shown = to(repository, "--diff").stdout.decode()
    assert "dry run, nothing has changed" in shown
    assert "-  password: ********  # rotated in May" in shown
    assert status(repository) == ""
    to(repository, "--check", code=1)
    assert status(repository) == ""
    assert not (repository.path / ".git" / "sealwright").exists()


def test_what_is_written_leads_to_every_byte(repository: Repository) -> None:
    assert b"3 values uploaded and read back, 1 file changed" in to(repository, "--write").stdout
    assert resolved(repository) == BYTES
    text = repository.read("apps/db.yaml").decode()
    assert CANARY not in text
    assert text.startswith("# the database of the shop\n")
    assert "# who logs in\n" in text
    assert repository.read("apps/api.yaml").decode() == WORKLOAD
    assert status(repository) == " M apps/db.yaml\n?? .sealwright-stores.lock\n"
    assert "Nothing to convert" in to(repository, "--write").stdout.decode()
    to(repository, "--check")


def test_json_says_the_same(repository: Repository) -> None:
    report = json.loads(to(repository, "--write", "--format", "json").stdout)
    [move] = report["moves"]
    assert (report["written"], report["summary"]["values"], move["store"]) == (True, 3, "local")
    assert move["objects"] == [{"name": "shop/db", "form": "bundle", "version": "1", "state": "created"}]
    assert move["keys"] == ["keystore", "password", "user"]


def test_undo_gives_everything_back(repository: Repository) -> None:
    to(repository, "--write")
    said = convert(repository, "--undo").stdout.decode()
    assert "discarded shop/db in local" in said
    assert status(repository) == ""
    assert repository.read("apps/db.yaml").decode() == SECRET
    assert b"no conversion to take back" in convert(repository, "--undo", code=2).stderr
    to(repository, "--write")
    assert resolved(repository) == BYTES


def test_undo_leaves_what_somebody_changed(repository: Repository) -> None:
    to(repository, "--write")
    repository.write("apps/db.yaml", repository.read("apps/db.yaml").decode() + "# mine\n")
    assert b"changed since the conversion" in convert(repository, "--undo", code=3).stderr
    assert resolved(repository) == BYTES


def test_a_file_that_cannot_be_written_leaves_nothing_to_mend(repository: Repository) -> None:
    os.link(repository.path / "apps" / "db.yaml", repository.path / "other-name")
    assert b"hard links" in to(repository, "--write", code=3).stderr
    assert repository.read("apps/db.yaml").decode() == SECRET
    os.unlink(repository.path / "other-name")
    repository.write("apps/db.yaml", SECRET.replace("May", "June"))
    to(repository, "--write")
    assert resolved(repository) == BYTES
    assert b"discarded shop/db" in convert(repository, "--undo").stdout
    assert repository.read("apps/db.yaml").decode() == SECRET.replace("May", "June")


def test_another_value_in_the_store_stops_it(repository: Repository) -> None:
    to(repository, "--write")
    repository.write("apps/db.yaml", SECRET.replace(CANARY, OTHER))
    done = to(repository, "--write", code=3)
    assert b"another value is there already" in done.stderr
    assert repository.read("apps/db.yaml").decode() == SECRET.replace(CANARY, OTHER)
    to(repository, "--write", "--update")
    assert resolved(repository)["password"] == OTHER.encode()


def test_values_that_are_left_elsewhere_are_named(repository: Repository) -> None:
    repository.write("notes.md", f"log in with\n{CANARY}\n")
    done = to(repository, "--write", code=1)
    assert b"notes.md:2: `password` of Secret shop/db (apps/db.yaml:2) stands here, too" in done.stderr
    assert resolved(repository) == BYTES


def test_two_secrets_that_would_be_one_object_stay(repository: Repository) -> None:
    repository.write("a/db.yaml", SECRET.replace("  namespace: shop\n", ""))
    repository.write("b/db.yaml", SECRET.replace("  namespace: shop\n", "").replace(CANARY, OTHER))
    shown = to(repository, "--write", code=1).stdout.decode()
    assert shown.count("would be one object, db") == 2
    assert status(repository).splitlines()[0] == " M apps/db.yaml"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("type: Opaque", "type: kubernetes.io/service-account-token"), "makes the token of a service account"),
        (("  labels: {app: shop}", "  labels: {argocd.argoproj.io/secret-type: repository}"), "Argo CD reads it"),
        (("stringData:", "stringData: &anchor"), "anchor"),
    ],
)
def test_what_cannot_be_converted_stays_and_says_why(
    repository: Repository, change: tuple[str, str], words: str
) -> None:
    text = SECRET.replace(*change)
    repository.write("apps/db.yaml", text)
    shown = " ".join(to(repository, "--write").stdout.decode().split())
    assert "These stay as they are" in shown
    assert words in shown
    assert repository.read("apps/db.yaml").decode() == text


def test_a_broken_document_is_an_error_and_the_rest_is_converted(repository: Repository) -> None:
    repository.write("broken.yaml", "kind: Secret\ndata: [\n")
    assert "broken.yaml" in to(repository, "--write", code=3).stdout.decode()
    assert resolved(repository) == BYTES


def test_a_hook_rewrites_what_this_machine_has_put_there_and_blocks_the_rest(repository: Repository) -> None:
    def hook(code: int) -> str:
        done = run_program("sealwright-external-secret", "apps/db.yaml", cwd=repository.path)
        assert done.returncode == code, (done.stdout + done.stderr).decode()
        return " ".join(done.stdout.decode().split())

    assert "sealwright convert --to external-secret --write apps/db.yaml" in hook(1)
    assert repository.read("apps/db.yaml").decode() == SECRET
    to(repository, "--write")
    hook(0)
    repository.write("apps/db.yaml", SECRET)
    hook(1)
    assert resolved(repository) == BYTES
    newer = SECRET.replace(CANARY, OTHER)
    repository.write("apps/db.yaml", newer)
    assert "not known to be in store local" in hook(1)
    assert repository.read("apps/db.yaml").decode() == newer


def test_sealing_goes_the_same_way(repository: Repository, tmp_path: Path) -> None:
    from sealwright.sealing.keypair import generate_keypair

    certificate = tmp_path / "cert.pem"
    certificate.write_bytes(generate_keypair(bits=2048)[1])
    convert(repository, "--to", "sealed-secret", "--certificate", str(certificate), "--write")
    assert b"kind: SealedSecret" in repository.read("apps/db.yaml")
    convert(repository, "--undo")
    assert repository.read("apps/db.yaml").decode() == SECRET


def test_targets_by_path(repository: Repository) -> None:
    repository.write(
        ".sealwright.yaml",
        "stores: {files: {backend: local, ref: {name: vault}, key: 'x/{namespace}-{name}'}}\n"
        "convert:\n- {paths: [apps/**], to: external-secret, store: files}\n",
    )
    repository.write("other/db.yaml", SECRET)
    convert(repository, "--write", code=1)
    assert b"key: x/shop-db" in repository.read("apps/db.yaml")
    assert repository.read("other/db.yaml").decode() == SECRET


def test_a_hook_does_not_believe_what_was_taken_back(repository: Repository) -> None:
    to(repository, "--write")
    lock = repository.read(".sealwright-stores.lock")
    convert(repository, "--undo")
    repository.write(".sealwright-stores.lock", lock)
    done = run_program("sealwright-external-secret", "apps/db.yaml", cwd=repository.path)
    assert done.returncode == 1
    assert repository.read("apps/db.yaml").decode() == SECRET


def test_a_hook_lets_no_file_come_or_go(repository: Repository) -> None:
    repository.write("k/kustomization.yaml", "secretGenerator:\n- name: env\n  envs: [.env]\n")
    repository.write("k/.env", f"PASSWORD={CANARY}-2\n")
    to(repository, "--write")
    assert not (repository.path / "k" / ".env").exists()
    repository.write("k/kustomization.yaml", "secretGenerator:\n- name: env\n  envs: [.env]\n")
    repository.write("k/.env", f"PASSWORD={CANARY}-2\n")
    os.unlink(repository.path / "k" / "env.yaml")
    done = run_program("sealwright-external-secret", "k/kustomization.yaml", cwd=repository.path)
    assert (done.returncode, (repository.path / "k" / ".env").exists()) == (1, True)
    assert run_program("sealwright-external-secret", cwd=repository.path).returncode == 0


def test_what_an_overlay_changes_is_folded_in(repository: Repository) -> None:
    repository.write(
        "base/kustomization.yaml", f"secretGenerator:\n- name: db\n  literals: [password={CANARY}, user=a]\n"
    )
    overlay = "secretGenerator:\n- name: db\n  behavior: merge\n  literals: [user=b]\n"
    repository.write(
        "prod/kustomization.yaml", f"namespace: p\nresources: [../base]\npatches: [{{path: p.yaml}}]\n{overlay}"
    )
    patch = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData: {{extra: {OTHER}}}\n"
    repository.write("prod/p.yaml", patch)
    shown = to(repository, "--write", "base", "prod", code=1).stdout.decode()
    assert "These stay" not in shown
    assert resolved(repository, "base/db.yaml") == {"password": CANARY.encode(), "user": b"b", "extra": OTHER.encode()}
    assert repository.read("prod/kustomization.yaml") == b"namespace: p\nresources: [../base]\n"
    assert not (repository.path / "prod" / "p.yaml").exists()
    convert(repository, "--undo")
    assert repository.read("prod/p.yaml").decode() == patch


def test_a_value_file_behind_a_link_is_not_taken_away(repository: Repository) -> None:
    repository.write("real/pin.txt", CANARY)
    repository.write("k/kustomization.yaml", "secretGenerator:\n- name: env\n  files: [pin.txt]\n")
    os.symlink("../real/pin.txt", repository.path / "k" / "pin.txt")
    to(repository, "--write", "k")
    assert repository.read("real/pin.txt").decode() == CANARY


def test_a_takeover_keeps_comments_and_says_what_is_left(repository: Repository) -> None:
    first = to(repository, "--takeover", "argo", "--write", "apps/db.yaml").stdout.decode()
    assert "First commit" in first
    repository.commit("beside")
    second = to(repository, "--takeover", "argo", "--write", "apps/db.yaml").stdout.decode()
    assert "This commit: the Secrets go" in second
    assert "First commit" not in second
    left = repository.read("apps/db.yaml").decode()
    assert all(comment in left for comment in ("# the database of the shop", "# rotated in May", "# who logs in"))
    assert [one["kind"] for one in yaml.safe_load_all(left)] == ["ExternalSecret"]


def test_a_generator_without_a_suffix_is_not_taken_over_in_steps(repository: Repository) -> None:
    options = "options: {disableNameSuffixHash: true}"
    text = f"secretGenerator:\n- name: env\n  literals: [a={OTHER}]\n  {options}\n"
    repository.write("k/kustomization.yaml", text)
    shown = to(repository, "--takeover", "flux", "--write", "k").stdout.decode()
    assert "its generator gives it no new name" in shown
    assert repository.read("k/kustomization.yaml").decode() == text


@posix_only
def test_more_files_than_a_process_may_open_are_refused_before_anything_is_sent(repository: Repository) -> None:
    for number in range(30):
        repository.write(f"many/{number}.yaml", SECRET.replace("name: db", f"name: db{number}"))
    command = [program("sealwright"), "convert", "--to", "external-secret", "--write"]
    few = ["sh", "-c", 'ulimit -n 150 && exec "$@"', "sh", *command]
    done = subprocess.run(few, cwd=repository.path, capture_output=True, check=False)
    assert done.returncode == 3, done.stderr
    assert b"files are too many for one step: this process may open 150" in done.stderr
    assert run_program("sealwright", "store", "list", "local", cwd=repository.path).stdout.startswith(b"Nothing in")
    assert not status(repository).replace("?? many/", "").strip()


REFUSED = {
    "nothing said": ((), "nothing says what Secrets are to become"),
    "no such store": (("--to", "external-secret", "--store", "aws"), "there is no store aws"),
    "both": (("--to", "external-secret", "--write", "--check"), "contradict each other"),
    "stdin": (("--to", "external-secret", "-"), "does not read standard input"),
    "update alone": (("--to", "external-secret", "--update"), "--update needs --write"),
    "no certificate": (("--to", "sealed-secret", "--write"), "no certificate to seal with"),
    "a policy without an account": (
        ("--to", "external-secret", "--store", "aws2", "--write", "--iam-policy", "p.json"),
        "the AWS account's twelve digits",
    ),
    "a worklist nowhere": (
        ("--to", "external-secret", "--write", "--worklist", "text=no/x"),
        "cannot be written there",
    ),
    "no journal": (("--resume",), "no conversion to go on with"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refused(repository: Repository, case: tuple[tuple[str, ...], str]) -> None:
    arguments, words = case
    repository.write(".sealwright.yaml", "stores: {aws2: {backend: aws-secrets-manager, region: eu-central-1}}\n")
    repository.commit("stores")
    if "--store" not in arguments:
        arguments = (*arguments, "--store", "local") if "external-secret" in arguments else arguments
    assert words.encode() in convert(repository, *arguments, code=2).stderr
    assert status(repository) == ""


TWO_STORES = """\
stores: {a: {backend: local, path: a}, b: {backend: local, path: b}}
convert:
- {paths: [apps/**], to: external-secret, store: a}
"""


def test_rules_say_which_store_of_several_is_meant(repository: Repository) -> None:
    repository.write(".sealwright.yaml", TWO_STORES)
    assert b"-> a shop/db" in to(repository, "--write").stdout
    repository.write("other/db.yaml", SECRET)
    shown = " ".join(to(repository).stdout.decode().split())
    assert "nothing says which store its values go to instead give --store: a, b" in shown
    shown = " ".join(convert(repository).stdout.decode().split())
    assert "no rule under `convert` is about its path" in shown


def test_machines_get_one_object(repository: Repository, tmp_path: Path) -> None:
    worklist = ("--worklist", f"text={tmp_path / 'list.txt'}")
    done = to(repository, "--write", "--takeover", "new-name", "--diff", *worklist, "--format", "json")
    report = json.loads(done.stdout)
    assert report["runbook"].startswith("# Taking over")
    assert report["diff"].startswith("--- a/apps/db.yaml")
    undone = json.loads(convert(repository, "--undo", "--format", "json").stdout)
    assert undone["discarded"] == [{"store": "local", "name": "shop/db"}]


def test_the_same_secret_in_two_places_is_looked_for_twice(repository: Repository) -> None:
    repository.write("apps/db.yaml", "")
    repository.write(".sealwright.yaml", "clusters: {dev: {paths: [dev/**]}, prod: {paths: [prod/**]}}\n")
    repository.write("dev/db.yaml", SECRET.replace(CANARY, OTHER))
    repository.write("prod/db.yaml", SECRET)
    repository.write("README.md", f"try {OTHER}\n")
    done = to(repository, "--write", code=1)
    assert b"README.md:1: `password` of Secret shop/db (dev/db.yaml:2) stands here, too" in done.stderr


def interrupted(repository: Repository) -> None:
    """A conversion that has put its values into the store, and could not write a file."""
    os.link(repository.path / "apps" / "db.yaml", repository.path / "other-name")
    assert b"--resume goes on, --undo takes them back" in to(repository, "--write", "--store", "a", code=3).stderr
    os.unlink(repository.path / "other-name")


def test_it_goes_on_with_the_store_that_it_began_with(repository: Repository) -> None:
    repository.write(".sealwright.yaml", TWO_STORES)
    interrupted(repository)
    repository.write(".sealwright.yaml", TWO_STORES.replace("path: a", "path: c"))
    assert b"store a is not the one" in convert(repository, "--resume", code=2).stderr
    assert b"discarded shop/db in a" in convert(repository, "--undo").stdout
    assert not list((repository.path / "a").glob("*.sealed*"))
    assert repository.read("apps/db.yaml").decode() == SECRET


def test_what_is_left_is_named_also_when_it_goes_on(repository: Repository) -> None:
    repository.write("notes.md", f"{CANARY}\n")
    to(repository, "--write", code=1)
    journal = repository.path / ".git" / "sealwright" / "journal"
    journal.write_bytes(journal.read_bytes().replace(b'{"stage": "done"}\n', b""))  # as if it had been killed there
    repository.write("apps/db.yaml", SECRET)
    assert b"notes.md:1: `password` of Secret shop/db" in convert(repository, "--resume", code=1).stderr
    assert resolved(repository) == BYTES


def test_what_is_left_of_a_generators_values_is_named_also_when_it_goes_on(repository: Repository) -> None:
    repository.write("k/kustomization.yaml", "namespace: shop\nsecretGenerator:\n- name: env\n  envs: [.env]\n")
    repository.write("k/.env", f"password={OTHER}\n")
    repository.write("notes.md", f"{OTHER}\n")
    to(repository, "--write", code=1)
    journal = repository.path / ".git" / "sealwright" / "journal"
    journal.write_bytes(journal.read_bytes().replace(b'{"stage": "done"}\n', b""))
    repository.write("k/.env", f"password={OTHER}\n")  # not removed yet
    assert (
        b"notes.md:1: `password` of Secret env (k/kustomization.yaml)" in convert(repository, "--resume", code=1).stderr
    )
    assert not (repository.path / "k" / ".env").exists()


def test_a_namespace_for_those_that_name_none(repository: Repository) -> None:
    repository.write("apps/plain.yaml", SECRET.replace("  namespace: shop\n", "").replace(CANARY, OTHER))
    assert "These stay" not in to(repository, "-n", "team").stdout.decode()


def test_one_conversion_at_a_time(repository: Repository) -> None:
    from sealwright.rewrite.exclusive import hold

    lock = hold(str(repository.path / ".git" / "sealwright.lock"))
    assert lock is not None
    for way in (("--to", "external-secret", "--write"), ("--undo",), ("--resume",)):
        assert b"another conversion is running" in convert(repository, *way, code=2).stderr
    os.close(lock)
    to(repository, "--write")


def test_undo_leaves_what_somebody_put_there_meanwhile(repository: Repository) -> None:
    from sealwright.config import Store
    from sealwright.plaintext import Plaintext
    from sealwright.stores.local import open_store
    from sealwright.stores.store import Form, Remote

    to(repository, "--write")
    open_store(Store("local", "local")).update(Remote("shop/db", Plaintext(b"{}"), Form.BUNDLE), "1")
    assert b"left shop/db in local" in convert(repository, "--undo", code=1).stdout
    assert repository.read("apps/db.yaml").decode() == SECRET
    assert b"no conversion to take back" in convert(repository, "--undo", code=2).stderr
