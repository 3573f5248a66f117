#!/bin/sh
# The largest error of every formula of Kernels/Shared over all floats: about five minutes on two cores.
# An argument n takes every n-th float only; a second one names a single function.
# The bits do not depend on the processor, so the fastest instructions it has may be used here.
set -e
cd "$(dirname "$0")/.."
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"${CC:-clang}" -std=c2x -O2 -march=native -Wall -Wextra -I Kernels -o "$program" Tests/Accuracy/accuracy.c -lm -lpthread
"$program" "$@"
