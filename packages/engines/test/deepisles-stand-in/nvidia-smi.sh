#!/bin/sh
# A stand-in for nvidia-smi, for tests: prints $STANDIN/gpus.csv.
cat "$STANDIN/gpus.csv"
