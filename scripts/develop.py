"""Set up .venv for working on sealwright: the pinned tools, then sealwright itself as an editable install.

Runs on the system's Python with nothing installed, and is quick when there is nothing to do. The editable install is
a tree of links (setuptools' strict mode), the only kind in which type checkers see that hooks/ and policies/ are parts
of the package. Such a tree does not notice files that come or go, so it is renewed whenever the list of files changes.
"""

import sys

# Before anything that an older Python would stumble over. Its parser has to get this far: no newer syntax in this file.
if sys.version_info < (3, 10):  # noqa: UP036
    found = f"{sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(
        f"error: sealwright needs Python 3.10 or newer; {found}\nhint:  name another one: make test PYTHON=python3.12"
    )

import glob
import hashlib
import os
import subprocess
from collections.abc import Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
LOCK = os.path.join(ROOT, "requirements-dev.lock")
PIP_WITH_EDITABLE_MODES = "pip>=23.1"


def main() -> int:
    """Do what is missing; the exit code is 0 when .venv is ready."""
    try:
        if not works(PYTHON):
            print("Setting up a virtual environment in .venv (once, about half a minute) ...", flush=True)
            run(sys.executable, "-m", "venv", "--clear", VENV)
        if stamp("tools") != digest_of_tools():
            print("Installing the development tools of requirements-dev.lock ...", flush=True)
            pip("install", PIP_WITH_EDITABLE_MODES, "-r", LOCK)
            stamp("tools", digest_of_tools())
        if stamp("links") != digest_of_links():
            print("Linking sealwright into .venv ...", flush=True)
            pip("install", "--no-deps", "--no-build-isolation", "-C", "editable_mode=strict", "-e", ROOT)
            stamp("links", digest_of_links())
        compile_links()
    except subprocess.CalledProcessError as error:
        print("error: this failed, see above: " + " ".join(error.cmd), file=sys.stderr)
        print("hint:  Debian and Ubuntu want `apt install python3-venv`; to start afresh: make clean", file=sys.stderr)
        return 1
    return 0


def compile_links() -> None:
    """Byte-compile as an installation does, also where PYTHONDONTWRITEBYTECODE is set: start-up is a feature."""
    trees = sorted(glob.glob(os.path.join(ROOT, "build", "__editable__*")))
    if trees:
        run(PYTHON, "-m", "compileall", "-q", *trees)


def works(python: str) -> bool:
    """Whether a usable interpreter with pip is there: .venv may be half made, or its base Python may be gone."""
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 10))"
    try:
        return subprocess.run([python, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(*command: str) -> None:
    """Run a command in the checkout and raise CalledProcessError if it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


def pip(*arguments: str) -> None:
    """Run the environment's own pip, which says something only when something is wrong."""
    run(PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *arguments)


def stamp(name: str, digest: str = "") -> str:
    """Read, or with a digest write, what was true when a step was last done."""
    path = os.path.join(VENV, "sealwright-" + name)
    if digest:
        with open(path, "w", encoding="utf-8") as file:
            file.write(digest)
    elif os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            digest = file.read()
    return digest


def digest_of_tools() -> str:
    """Changes with the lock file."""
    with open(LOCK, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def digest_of_links() -> str:
    """Changes with the tools, the project's metadata, the place of the checkout, or the list of source files."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        digest = hashlib.sha256(file.read())
    for line in (digest_of_tools(), *source_files()):
        digest.update(os.fsencode(line) + b"\0")
    return digest.hexdigest()


def source_files() -> Iterator[str]:
    """Absolute paths of the files that belong to the package, in a fixed order."""
    for top in (os.path.join("src", "sealwright"), "hooks", "policies"):
        for folder, folders, files in os.walk(os.path.join(ROOT, top)):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            yield from (os.path.join(folder, name) for name in sorted(files))


if __name__ == "__main__":
    sys.exit(main())
