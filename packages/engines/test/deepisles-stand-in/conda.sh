#!/bin/sh
# A stand-in for conda of the image, for tests: `conda run --no-capture-output -n isles_ensemble python …`.
{ printf '%s\037' conda "$@"; printf '\n'; } >>"$STANDIN/calls"
if [ "$1 $2 $3 $4 $5" != 'run --no-capture-output -n isles_ensemble python' ]; then
  echo 'EnvironmentLocationNotFound: Not a conda environment' >&2
  exit 1
fi
shift 5
PATH=$STANDIN_PATH exec python3 "$@"
