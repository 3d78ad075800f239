#!/usr/bin/env bash
# Installs the servers that `npm run test:servers` starts, on Debian or a relative of it. What is there
# already stays as it is. Needs root (or sudo) for packages, and a network.
#
#   TEST_SERVERS_DIR   where programs go that Debian does not have; default ~/.cache/remote-storage-test
set -euo pipefail

prefix="${TEST_SERVERS_DIR:-$HOME/.cache/remote-storage-test}"
go_version=1.26.8
go_programs=(
  github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
  github.com/fsouza/fake-gcs-server@v1.56.1
)
# Program and the package that has it.
debian_programs=(
  ceph-mon=ceph-mon ceph-osd=ceph-osd ceph=ceph-common radosgw=radosgw
  curl=curl unzip=unzip rclone=rclone python3=python3
  jupyter-notebook=jupyter-notebook
)
boto3_version=1.44.5
moto_version=5.2.5
ministack_version=1.5.33
schemathesis_version=4.32.5
runtime_client_version=4.0.2

say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

has() {
  local folder
  for folder in "$prefix/bin" "${GOBIN:-}" "${GOPATH:-$HOME/go}/bin"; do
    [[ -n "$folder" && -x "$folder/$1" ]] && return
  done
  command -v "$1" > /dev/null
}

as_root() {
  if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  local entry missing=()
  for entry in "${debian_programs[@]}"; do
    has "${entry%%=*}" || missing+=("${entry#*=}")
  done
  /usr/bin/python3 -c 'import ensurepip' 2> /dev/null || missing+=(python3-venv)
  if ((${#missing[@]} == 0)); then
    say "Debian's packages are there"
    return
  fi
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends ca-certificates "${missing[@]}" > /dev/null
}

# Debian's Go is too old to fetch a newer one by itself, so the toolchain comes the way that Go itself
# would take: as a module from the proxy.
find_go() {
  local proxy module
  if ! has go; then
    say "fetching Go $go_version"
    proxy="${GOPROXY:-https://proxy.golang.org}"
    module="v0.0.1-go$go_version.linux-$(dpkg --print-architecture)"
    curl -fsSL "${proxy%%[,|]*}/golang.org/toolchain/@v/$module.zip" -o "$prefix/go.zip"
    unzip -q -o "$prefix/go.zip" -d "$prefix" && rm "$prefix/go.zip"
    chmod -R u+w "$prefix/golang.org"
    find "$prefix/golang.org/toolchain@$module" -path '*/bin/*' -o -path '*/pkg/tool/*' | xargs chmod +x
    ln -sfn "$prefix/golang.org/toolchain@$module/bin/go" "$prefix/bin/go"
  fi
  export PATH="$PATH:$prefix/bin"
}

install_go_programs() {
  local module name
  for module in "${go_programs[@]}"; do
    name="${module%@*}" && name="${name##*/}"
    if has "$name"; then
      say "$name is there"
      continue
    fi
    find_go
    say "building $name, which takes minutes"
    GOBIN="$prefix/bin" GOTOOLCHAIN=auto go install "$module"
  done
}

# A client of S3 that nobody here wrote, which tests run as `python-with-boto3`, and the fuzzer of OpenAPI.
install_python_programs() {
  local python="$prefix/bin/python-with-boto3" fuzzer="$prefix/bin/schemathesis"
  if [[ -x "$python" && -x "$fuzzer" ]]; then
    say "boto3 and schemathesis are there"
    return
  fi
  say "installing boto3 and schemathesis"
  /usr/bin/python3 -m venv "$prefix/venv"
  "$prefix/venv/bin/pip" install --quiet "boto3==$boto3_version" "schemathesis==$schemathesis_version"
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$prefix/venv/bin/python" > "$python"
  chmod +x "$python"
  ln -sf "$prefix/venv/bin/schemathesis" "$fuzzer"
}

# AWS's own client of Lambda's runtime. Its install script compiles an HTTP client, which the tests put
# one of their own in the place of.
install_runtime_client() {
  local folder="$prefix/lambda"
  if [[ -f "$folder/node_modules/aws-lambda-ric/index.mjs" ]]; then
    say "aws-lambda-ric is there"
    return
  fi
  say "installing aws-lambda-ric"
  mkdir -p "$folder"
  npm install --silent --prefix "$folder" --ignore-scripts "aws-lambda-ric@$runtime_client_version"
}

# A Python program in an environment of its own.
install_python_program() {
  local program="$1" package="$2"
  if [[ -x "$prefix/bin/$program" ]]; then
    say "$program is there"
    return
  fi
  say "installing $package"
  /usr/bin/python3 -m venv "$prefix/$program"
  "$prefix/$program/bin/pip" install --quiet "$package"
  ln -sfn "$prefix/$program/bin/$program" "$prefix/bin/$program"
}

mkdir -p "$prefix/bin"
install_packages
install_runtime_client
(
  install_python_programs
  # Stand-ins for AWS: `npm run rehearse:aws` deploys to moto, and both run state machines in tests, where
  # moto 5.2.1 runs no second one and MiniStack knows how many failures are tolerated.
  install_python_program moto_server "moto[server,all]==$moto_version"
  install_python_program ministack "ministack==$ministack_version"
) &
python_programs=$!
install_go_programs
wait "$python_programs"
say "everything is installed"
