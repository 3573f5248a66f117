#!/bin/sh
# Whether every formula of Kernels/Shared has the same bits in C and on each OpenCL device of this machine.
set -e
cd "$(dirname "$0")/.."
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"${CC:-clang}" -std=c2x -O2 -Wall -Wextra -I Kernels -o "$program" \
    Tests/Accuracy/equality.c -l:libOpenCL.so.1 -lm
"$program"
