# The commands of the README. `make help` lists them.

SWIFT ?= swift
BUILD = $(SWIFT) build -c release
# Arguments of `make train`, such as ARGS="--data idx:mnist".
ARGS ?= --batch-norm --dropout 0.2 --epochs 20

.PHONY: help train check test test-all test-structure build dist install lint accuracy docs clean

help:
	@echo "make train     build, then train on the embedded digits on the CPU path and through OpenCL"
	@echo "make check     every operation on every device found: equal bits, gradients"
	@echo "make test      the whole test suite, on the CPU path and on every OpenCL device found"
	@echo "make test-all  the same with further OpenCL implementations, which it installs (Intel's, rusticl, Oclgrind), and:"
	@echo "make test-structure  adds a function and an operation to a copy and counts the files touched (minutes)"
	@echo "make build     the command .build/release/martlet"
	@echo "make dist      one stripped executable in dist/, for Linux machines without Swift or OpenCL"
	@echo "make lint      kernels and C sources through the compiler with all warnings"
	@echo "make accuracy  docs/accuracy.md: the errors of exp, log, tanh, … over every float32 (minutes)"
	@echo "make docs      docs/operations.md, from the table of operations"

# What the other targets need on this machine.
install:
	@.ci/install

build: install
	$(BUILD) --product martlet

train: build
	.build/release/martlet train --backend cpu --backend opencl $(ARGS)

# The first time, each device compiles its kernels; afterwards they come from the cache.
check: build
	.build/release/martlet check

# One test at a time: PoCL 3.1 aborts where several contexts let go of kernels at once.
test: install
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --no-parallel

# Tests of a further implementation run where it is installed, each in a process of its own.
test-all:
	@.ci/install --all
	@.ci/install-intel
	$(MAKE) test
	$(MAKE) test-structure

# What it takes to add a function or an operation.
test-structure: install
	Tests/Structure/structure.sh

dist: install
	MARTLET_STATIC_ZLIB=1 $(BUILD) --product martlet --static-swift-stdlib --scratch-path .build/dist
	mkdir -p dist
	cp .build/dist/release/martlet dist/martlet
	strip dist/martlet
	@ls -l dist/martlet

WARNINGS = -std=c2x -Wall -Wextra -Werror -fsyntax-only
# A parameter that only one width of a kernel reads is no mistake.
lint: install
	for kernel in Kernels/*.cl; do \
	  clang -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Wall -Wextra -Wno-unused-parameter -Werror -fsyntax-only -I Kernels "$$kernel" || exit 1; done
	for header in Kernels/Shared/*.h; do clang -x c $(WARNINGS) -Wno-pragma-once-outside-header -I Kernels "$$header" || exit 1; done
	for source in Kernels/*.c Sources/CMartlet*/*.c Sources/CMartletCPU/Operations/*.c Sources/MartletDigits/*.c; do \
	  clang $(WARNINGS) -I Kernels -I Sources/CMartletCPU/include -I Sources/CMartletOpenCL/include \
	    -I Sources/MartletDigits/include "$$source" || exit 1; done

accuracy:
	Tests/accuracy.sh
	Tests/equality.sh

docs: build
	mkdir -p docs
	.build/release/martlet operations --markdown > docs/operations.md

clean:
	rm -rf .build dist
