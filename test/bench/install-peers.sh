#!/usr/bin/env bash
# Builds the programs that `npm run bench -- migrate` compares with, at their newest releases. What is there
# already stays. It takes minutes and Go, which test/servers/install.sh brings along.
#
#   TEST_SERVERS_DIR   where they go; default ~/.cache/remote-storage-test
set -euo pipefail

prefix="${TEST_SERVERS_DIR:-$HOME/.cache/remote-storage-test}"
export PATH="$PATH:$prefix/bin" GOBIN="$prefix/peers" GOTOOLCHAIN=auto

install() {
  local package="$1" version="$2" name="$3"
  if [[ -x "$GOBIN/$name" ]]; then
    echo "$name is there"
    return
  fi
  echo "building $name $version"
  # As a requirement of a module: `go install package@version` asks for a list of versions too, which
  # not every proxy has.
  local module
  module="$(mktemp -d)"
  (
    cd "$module"
    printf 'module peers\n\ngo 1.26\n\nrequire %s %s\n' "$package" "$version" > go.mod
    go install -mod=mod "$package"
  )
  rm -r "$module"
}

install github.com/rclone/rclone v1.76.0 rclone
install github.com/minio/mc v0.0.0-20250313080218-cf909e1063a9 mc
install github.com/peak/s5cmd/v2 v2.3.0 s5cmd
