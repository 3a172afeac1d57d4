# What can be done here. Everything starts with `make demo` or `make test`; both install and build what they need.

# Where these exist: the outside test corpora, and a folder for the data of `make run` and `make demo`.
ifneq ($(wildcard ../shared/corpus),)
export EAKTE_TEST_DATA ?= $(abspath ../shared)
endif
export EAKTE_DATA ?= ./.eakte

# One thread per tesseract engine: with more it burns four times the processor time. It must stand in the environment
# before a program starts.
export OMP_THREAD_LIMIT = 1

# go refuses to stamp the version when git refuses the checkout (another owner, no git): then go without.
BUILDVCS := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo true || echo false)
# Without -trimpath, so that programs and tests share what was compiled.
GO_BUILD := go build -buildvcs=$(BUILDVCS)

PROGRAMS := bin/eakte bin/eakte-web bin/eakte-worker bin/eakte-reader

# Everything that can end up inside a program: code and embedded files of all rooms, without tests. When none of it is
# newer than the programs, nothing is built and `make demo` starts at once.
SOURCES := go.mod go.sum $(shell find . -type f \( -name '*.go' -o -path './web/*' -o -path './migrations/*' \
	-o -path './locale/*' -o -path './catalogue/*' -o -path './pipeline/*' -o -path './cmd/*' \) \
	! -name '*_test.go' ! -path '*/testdata/*' ! -path './bin/*' ! -path './.git/*' ! -path './.eakte/*')

.DEFAULT_GOAL := help
.PHONY: help demo run test test-race chaos fuzz bench eval check fmt fmt-check lint vet imports image clean build \
	packages packages-build packages-test packages-train train

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: packages build ## the main job on this machine: start everything, upload real files, show where they end up (EXIT=1: then stop)
	bin/eakte demo $(if $(EXIT),-exit)

run: packages build ## start everything on this machine (site, workers, private database and store) and keep running
	bin/eakte up

test: packages-test ## all tests, small variants of the long ones
	@test -n "$$EAKTE_TEST_DATA" || echo "EAKTE_TEST_DATA is not set: tests on third parties' files (real uploads, PDF/A, xdomea, FIT-Connect) are left out"
	go test -timeout 25m ./...

test-race: packages-test ## the same with the race detector (slow)
	go test -race -timeout 40m ./...

chaos: packages-test build ## kill processes at random for a long time; nothing may be lost or doubled
	EAKTE_CHAOS=full go test -count=1 -v -run TestChaos -timeout 60m ./internal/e2e

fuzz: packages-build ## run every fuzz target for a while (FUZZTIME=20s)
	scripts/fuzz

bench: packages-test build ## run all benchmarks (BENCH=name, BENCHTIME=1s)
	@scripts/debian-packages bench
	scripts/bench

# EAKTE_EVAL_DIR: a held-out corpus, made with testdata/corpus/generator/heldout.py, whose contents nobody looks at.
eval: packages-test build ## measure how well documents are read and write it into docs/quality.md (EAKTE_EVAL_DIR: a held-out corpus)
	@renditions=$$(mktemp -d); trap 'rm -rf "$$renditions"' EXIT; \
	go run ./internal/eval/score -write docs/quality.md -out "$$renditions" \
		dev=$(or $(wildcard $(EAKTE_TEST_DATA)/corpus/synthetic),testdata/corpus/synthetic) $(if $(EAKTE_EVAL_DIR),held-out=$(EAKTE_EVAL_DIR))

train: packages-train ## make the models anew (MODEL=name: only that one); deterministic, some minutes
	go run ./internal/train $(MODEL)

check: fmt-check vet lint imports test-race ## what must be green before a commit

fmt: ## format all Go code
	gofmt -w .

fmt-check:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; fi

vet: packages-build
	go vet ./...

lint: packages-build ## run golangci-lint, in its pinned version
	scripts/golangci-lint run ./...

imports: packages-build ## hold the import rules, the cgo border and the house rules
	go test -count=1 ./internal/house
	CGO_ENABLED=0 go build -o /dev/null ./cmd/eakte
	CGO_ENABLED=0 go build -o /dev/null ./cmd/eakte-web
	CGO_ENABLED=0 go build -o /dev/null ./cmd/eakte-worker

image: ## build the container images with docker or podman
	scripts/image

clean: ## remove what was built (the data under .eakte stays)
	rm -rf bin

build: $(PROGRAMS)

# Only the reader links C.
bin/eakte-reader: CGO := 1
bin/eakte bin/eakte-web bin/eakte-worker: CGO := 0

$(PROGRAMS): $(SOURCES) | packages-build
	CGO_ENABLED=$(CGO) $(GO_BUILD) -o $@ ./cmd/$(@F)
	@touch $@ # go leaves a program that is up to date alone

# Installed while making, not while reading this file, so that `make help` never asks for anything.
packages: packages-build
	@scripts/debian-packages up run build

packages-build:
	@scripts/need-go
	@scripts/debian-packages build

packages-test: packages-build
	@scripts/debian-packages up run build test

packages-train: packages-build
	@scripts/debian-packages train
