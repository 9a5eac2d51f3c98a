#!/bin/sh
# A stand-in for the clients of docker and podman, for tests: the documented behaviour of those commands that Atoll
# uses, and their faults. Its state is the folder $STANDIN:
#   calls         each call, its arguments separated by the unit separator
#   fault         names of faults, one a line
#   images        references of images that are there, one a line
#   info.json     what `info` prints
#   containers/   a folder for each container that lives: pid, label
program=${0##*/}
{ printf '%s\037' "$program" "$@"; printf '\n'; } >>"$STANDIN/calls"
has() { grep -qx "$1" "$STANDIN/fault" 2>/dev/null; }
for last; do :; done

if has no-permission; then
  echo 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock' >&2
  exit 1
fi
case "$1" in
version) echo 27.3.1 ;;
info) cat "$STANDIN/info.json" ;;
image)
  grep -qxF -- "$last" "$STANDIN/images" && echo sha256:0123abcd && exit 0
  echo "Error response from daemon: No such image: $last" >&2
  exit 1
  ;;
ps)
  # ps --all --filter label=L|name=N --format {{.Names}}
  for container in "$STANDIN"/containers/*; do
    [ -d "$container" ] || continue
    name=${container##*/}
    if [ "$4" = "name=$name" ] || [ "$4" = "label=$(cat "$container/label")" ]; then echo "$name"; fi
  done
  ;;
kill | rm)
  if [ ! -d "$STANDIN/containers/$last" ]; then
    echo "Error response from daemon: No such container: $last" >&2
    exit 1
  fi
  kill -9 "-$(cat "$STANDIN/containers/$last/pid")" 2>/dev/null
  rm -rf "$STANDIN/containers/$last"
  echo "$last"
  ;;
pull)
  echo 'Using default tag: none'
  for layer in 1a2b 3c4d 5e6f; do echo "$layer: Pulling fs layer"; done
  if has slow-pull; then exec sleep 600; fi
  if has no-network; then
    echo 'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: no such host' >&2
    exit 1
  fi
  for layer in 1a2b 3c4d 5e6f; do echo "$layer: Pull complete"; done
  echo 'Status: Downloaded newer image'
  echo "$last" >>"$STANDIN/images"
  ;;
run)
  if has no-toolkit; then
    echo 'docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].' >&2
    exit 125
  fi
  if has folder-unseen; then
    echo 'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /x' >&2
    exit 125
  fi
  if has image-gone; then
    echo 'docker: Error response from daemon: No such image' >&2
    exit 125
  fi
  exec "$STANDIN_NODE" "$STANDIN_CODE/run.ts" "$@"
  ;;
*)
  echo "unknown command: $1" >&2
  exit 1
  ;;
esac
