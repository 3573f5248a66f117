# The commands of the README. `make help` lists them.

SWIFT ?= swift
BUILD = $(SWIFT) build -c release
# Arguments of `make train`, such as ARGS="--data idx:mnist".
ARGS ?= --batch-norm --dropout 0.2 --epochs 20

# Where `make install` puts things; DESTDIR stands before it for those who make packages.
PREFIX ?= /usr/local
DESTDIR ?=
# A folder of built products to install; without it they are built.
BUILT ?= .build/dist/release

HEADER = Sources/CMartlet/include/martlet.h
VERSION := $(shell sed -n 's/.*define MARTLET_VERSION "\(.*\)"/\1/p' $(HEADER))
ABI := $(shell sed -n 's/.*define MARTLET_ABI \([0-9]*\)/\1/p' $(HEADER))

.PHONY: help train check bench test test-examples test-all test-structure test-threads test-variants build prepare dist static install uninstall \
  lint accuracy docs documentation clean

help:
	@echo "make train     build, then train on the embedded digits on the CPU path and through OpenCL"
	@echo "make check     every operation on every device found: equal bits, gradients"
	@echo "make bench     the benchmark suite on the CPU path and on an OpenCL device, and a page with its plots"
	@echo "make test      the whole test suite, on the CPU path and on every OpenCL device found, and:"
	@echo "make test-examples  builds the programs of Examples and runs them"
	@echo "make test-all  the same with further OpenCL implementations, which it installs (Intel's, rusticl, Oclgrind), and:"
	@echo "make test-structure  adds a function and an operation to a copy and counts the files touched (minutes)"
	@echo "make test-threads  the tests of the compute layer under ThreadSanitizer, in a build of its own (minutes)"
	@echo "make test-variants  every variant of every kernel, on every way in which operands may lie (tens of minutes)"
	@echo "make build     the command .build/release/martlet"
	@echo "make dist      one stripped executable in dist/, for Linux machines without Swift or OpenCL"
	@echo "make install   the command, libmartlet.so, martlet.h and martlet.pc to PREFIX ($(PREFIX)); make uninstall"
	@echo "make lint      kernels and C sources through the compiler with all warnings"
	@echo "make accuracy  docs/accuracy.md: the errors of exp, log, tanh, … over every float32 (minutes)"
	@echo "make docs      docs/operations.md, from the table of operations"
	@echo "make documentation  the pages of the public API as a web site in DOCUMENTATION ($(DOCUMENTATION)), every link checked"

# What the other targets need on this machine.
prepare:
	@.ci/install

build: prepare
	$(BUILD) --product martlet

train: build
	.build/release/martlet train --backend cpu --backend opencl $(ARGS)

# The first time, each device compiles its kernels; afterwards they come from the cache.
check: build
	.build/release/martlet check

# Opponents are those libraries that are there: on Debian libdnnl2, libopenblas0-pthread, libclblast1; with libdnnl-dev before
# the build, convolutions too.
BENCH ?= all --backend cpu --backend opencl
REPORT ?= Benchmarks/results/$(shell date +%Y-%m-%d).html
bench: build
	mkdir -p "$(dir $(REPORT))"
	.build/release/martlet bench $(BENCH) --report "$(REPORT)"

# One test at a time: PoCL 3.1 aborts where several contexts let go of kernels at once.
test: prepare
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --no-parallel
	$(MAKE) test-examples

# The programs of Examples, built as anybody's package and run.
test-examples: prepare
	$(SWIFT) test -c release --package-path Examples --scratch-path .build/examples --no-parallel

# Tests of a further implementation run where it is installed, each in a process of its own.
test-all:
	@.ci/install --all
	@.ci/install-intel
	$(MAKE) test
	$(MAKE) test-structure

# What it takes to add a function or an operation.
test-structure: prepare
	Tests/Structure/structure.sh

# Of all others a part is in `make test`: each is compiled for every way in which its operands may lie.
test-variants: prepare
	$(SWIFT) build -c release --build-tests
	MARTLET_TEST_EVERY_VARIANT=1 $(SWIFT) test -c release --skip-build --no-parallel --filter OpenCLTests.VariantTests

test-threads: prepare
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build/threads
	$(SWIFT) test --skip-build --sanitize=thread --scratch-path .build/threads --no-parallel --filter 'ComputeTests|BuiltOnceTests'

# Command and library with the Swift runtime and zlib inside.
STATIC = MARTLET_STATIC_ZLIB=1 $(BUILD) --static-swift-stdlib -Xswiftc -static-stdlib --scratch-path .build/dist

dist: prepare
	$(STATIC) --product martlet
	mkdir -p dist
	cp .build/dist/release/martlet dist/martlet
	strip dist/martlet
	@ls -l dist/martlet

static: prepare
	$(STATIC) --product martlet
	$(STATIC) --product MartletC

INSTALLED = bin/martlet lib/libmartlet.so lib/libmartlet.so.$(ABI) lib/libmartlet.so.$(VERSION) include/martlet.h \
  lib/pkgconfig/martlet.pc

install: $(if $(filter .build/dist/release,$(BUILT)),static)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/include" "$(DESTDIR)$(PREFIX)/lib/pkgconfig"
	install -m 755 -s "$(BUILT)/martlet" "$(DESTDIR)$(PREFIX)/bin/martlet"
	install -m 644 -s "$(BUILT)/libMartletC.so" "$(DESTDIR)$(PREFIX)/lib/libmartlet.so.$(VERSION)"
	ln -sf libmartlet.so.$(VERSION) "$(DESTDIR)$(PREFIX)/lib/libmartlet.so.$(ABI)"
	ln -sf libmartlet.so.$(ABI) "$(DESTDIR)$(PREFIX)/lib/libmartlet.so"
	install -m 644 $(HEADER) "$(DESTDIR)$(PREFIX)/include/martlet.h"
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' 'Name: martlet' \
	  'Description: Neural networks with the same bits on the CPU and on any OpenCL device' 'Version: $(VERSION)' \
	  'Cflags: -I"$${includedir}"' 'Libs: -L"$${libdir}" -lmartlet' > "$(DESTDIR)$(PREFIX)/lib/pkgconfig/martlet.pc"

uninstall:
	for file in $(INSTALLED); do rm -f "$(DESTDIR)$(PREFIX)/$$file"; done

WARNINGS = -std=c2x -Wall -Wextra -Werror -fsyntax-only
# A parameter that only one width of a kernel reads is no mistake.
lint: prepare
	for kernel in Kernels/*.cl; do \
	  clang -x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Wall -Wextra -Wno-unused-parameter -Werror -fsyntax-only -I Kernels "$$kernel" || exit 1; done
	for header in Kernels/Shared/*.h; do clang -x c $(WARNINGS) -Wno-pragma-once-outside-header -I Kernels "$$header" || exit 1; done
	for source in Kernels/*.c Sources/CMartlet*/*.c Sources/CMartletCPU/Operations/*.c Tests/C/*.c Sources/MartletDigits/*.c Sources/MartletZoo/*.c; do \
	  clang $(WARNINGS) -I Kernels -I Sources/CMartlet/include -I Sources/CMartletCPU/include -I Sources/CMartletOpenCL/include \
	    -I Sources/CMartletBenchmark/include -I Sources/CMartletJPEG/include -I Sources/MartletDigits/include -I Sources/MartletZoo/include "$$source" || exit 1; done

accuracy:
	Tests/accuracy.sh
	Tests/equality.sh

docs: build
	mkdir -p docs
	.build/release/martlet operations --markdown > docs/operations.md

# Look at it with: python3 -m http.server --directory .build/documentation, at localhost:8000/documentation/martlet
DOCUMENTATION ?= .build/documentation
documentation: prepare
	$(BUILD) --target Martlet
	$(BUILD) --target MartletConformance
	.ci/document "$$($(BUILD) --show-bin-path)" "$(DOCUMENTATION)"

clean:
	rm -rf .build dist
