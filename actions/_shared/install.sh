#!/usr/bin/env bash
# Installs the engine from the very checkout that the workflow pinned, once for each job, into a virtual environment below
# the runner's temporary folder. Says where its Python is: the output `python`.
#
# What is installed is the pinned commit with the versions of requirements-dev.lock: the same action runs the same code.
# Nothing runs in the folder of the repository that is to be judged: a venv.py or a uv.toml in there would be taken.
set -euo pipefail

engine=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
extras=${EXTRAS:-}
if [[ ! $extras =~ ^[a-z,]*$ ]]; then
  echo "::error title=sealwright::extras are names such as aws or vault, with commas between them"
  exit 2
fi
key=$(printf '%s|%s' "$engine" "$extras" | cksum | cut -d ' ' -f 1)
folder=$RUNNER_TEMP/sealwright-engine-$key
venv=$folder/venv

interpreter() {
  local name
  for name in python3 python; do
    if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
}

python_in() {
  local name
  for name in bin/python Scripts/python.exe; do
    if [ -x "$1/$name" ]; then
      printf '%s\n' "$1/$name"
    fi
  done
}

install() {
  local python package=. part
  # A copy: building leaves files, and the checkout may be the caller's own repository, or not be writable.
  mkdir -p "$folder/source"
  for part in pyproject.toml requirements-dev.lock README.md LICENSE src hooks policies; do
    cp -R "$engine/$part" "$folder/source/"
  done
  cd "$folder/source"
  [ -z "$extras" ] || package=".[$extras]"
  python=$(interpreter)
  if command -v uv >/dev/null; then
    uv venv --quiet --python "${python:-3.12}" "$venv"
    uv pip install --quiet --python "$(python_in "$venv")" --constraint requirements-dev.lock "$package"
  elif [ -n "$python" ]; then
    "$python" -I -m venv "$venv"
    "$(python_in "$venv")" -I -m pip --quiet --no-input --disable-pip-version-check \
      install --no-compile --constraint requirements-dev.lock "$package"
  else
    echo "::error title=sealwright::there is no Python 3.10 or newer here, and no uv: use actions/setup-python first"
    exit 2
  fi
}

if [ ! -e "$folder/installed" ]; then
  rm -rf "$folder"
  install
  : >"$folder/installed"
fi
echo "python=$(python_in "$venv")" >>"$GITHUB_OUTPUT"
