# Everything is set up in .venv from the lock files; it takes Python 3.11 or newer, git and make.

PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
MODEL := build/inception_resnet_v2
PEERS := fvcore openvino timm torchvision  # and facenet-pytorch, which asks for an older torch
# Each in a process of its own: the triton of torch's CUDA builds cannot be loaded beside TensorFlow.
COMPARISONS := $(wildcard tests/published/test_*.py)
THREADS := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1  # for each process
PYTEST := $(THREADS) .venv/bin/python -m pytest --numprocesses 2 --dist loadfile
INSTALL := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-all published classifiers imported check walls format lint types floors docs site lock clean vscode
NO_TENSORFLOW := TensorFlow has no release for this Python or system: the tests that need it are skipped.

help:  ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' Makefile

demo: .venv/demo  ## set up, build Inception-ResNet-v2 for PyTorch, run it once, show its table
	@.venv/bin/archspec build specs/inception_resnet_v2.yaml --backend torch -o $(MODEL)
	@.venv/bin/archspec show specs/inception_resnet_v2.yaml
	@echo "The model is $(MODEL)/model.py, its weights are beside it. To use it:"
	@echo "    cd $(MODEL)"
	@echo "    $(CURDIR)/.venv/bin/python"
	@echo "    >>> from model import build"
	@echo "    >>> model = build('weights.safetensors').eval()"

test: .venv/test .venv/tensorflow  ## set up and run the tests that every change must pass
	@$(PYTEST) -m 'not slow'

test-all: .venv/test .venv/tensorflow  ## the same and, every night, the zoo at its own size
	@$(PYTEST)

published: .venv-published/published  ## set up a second environment, compare with others' models and runtimes
	@status=0; for file in $(COMPARISONS); do \
	    .venv-published/bin/python -m pytest --published -W ignore $$file || status=1; \
	done; exit $$status

CLASSIFIERS := build/classifiers
classifiers: .venv/test .venv/tensorflow $(CLASSIFIERS)/got  ## get trained classifiers from npm, and hold what is imported to their published probabilities
	@ARCHSPEC_CLASSIFIERS=$(CURDIR)/$(CLASSIFIERS) .venv/bin/python -m pytest --published tests/published/classifiers

IMPORTED := build/imported.jsonl
imported: .venv-published/published  ## import others' models anew, those that were not yet, for docs/imported.md and docs/imported-specs.md
	@mkdir -p build
	@for step in "sweep $(IMPORTED)" "keras_sweep $(IMPORTED)" "reemitted $(IMPORTED)" "page $(IMPORTED) docs/imported.md" "shown docs/imported-specs.md"; do \
	    .venv-published/bin/python -W ignore -m tests.published.imports.$$step || exit 1; \
	done

check: walls test  ## all that must hold before a change lands

walls: format lint types floors  ## what can be seen without running a test

format: .venv/test
	@.venv/bin/ruff format --check

lint: .venv/test
	@.venv/bin/ruff check

types: .venv/test
	@.venv/bin/mypy

floors: .venv/test
	@.venv/bin/lint-imports

docs: .venv/test  ## write the pages that are made from the sources anew
	@.venv/bin/archspec backends --format markdown > docs/backends.md
	@.venv/bin/archspec operators --format markdown > docs/operators.md
	@.venv/bin/archspec recipes --format markdown > docs/recipe-words.md
	@.venv/bin/archspec explain --format markdown > docs/diagnostics.md
	@.venv/bin/archspec schema > docs/schema/archspec-1.json
	@.venv/bin/archspec schema recipe > docs/schema/archspec-recipe-1.json

vscode:  ## package the extension for Visual Studio Code; it takes npm
	@rm -rf build/vscode && mkdir -p build/vscode dist
	@cp -R editors/vscode/. LICENSE build/vscode
	@cd build/vscode && npm install --silent --no-package-lock --no-audit --no-fund \
	    && npm run --silent package -- --out ../../dist/archspec.vsix

site: .venv/test  ## build the documents as a site, with the zoo to click through, in build/site
	@NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --quiet
	@echo "The site is build/site/index.html."

lock:  ## resolve the ranges of pyproject.toml anew
	python3.11 -m venv --clear build/lock
	build/lock/bin/python $(INSTALL) -c requirements/held.txt hatchling --editable .[torch]
	build/lock/bin/python -m pip freeze --all --exclude-editable | sed '/^pip==/d; s/+.*//' > requirements/demo.lock
	build/lock/bin/python $(INSTALL) -c requirements/held.txt --editable .[torch,dev]
	build/lock/bin/python -m pip freeze --all --exclude-editable | sed '/^pip==/d; s/+.*//' > requirements/test.lock
	build/lock/bin/python $(INSTALL) -c requirements/test.lock --editable .[tensorflow-cpu]
	build/lock/bin/python -m pip freeze --all --exclude-editable | sed '/^pip==/d; s/+.*//' \
	    | grep -vxFf requirements/test.lock > requirements/tensorflow.lock
	python3.11 -m venv --clear build/lock
	build/lock/bin/python $(INSTALL) -c requirements/held_published.txt \
	    hatchling pytest onnxruntime $(PEERS) --editable .[onnx,tensorflow-cpu]
	build/lock/bin/python -m pip freeze --all --exclude-editable \
	    | sed -E '/^(pip|nvidia-.*|cuda-.*|triton)==/d; s/\+.*//' > requirements/published.lock

clean:  ## remove what was set up and built
	rm -rf .venv .venv-published build dist

.venv/demo .venv/test: .venv/%: requirements/%.lock pyproject.toml .venv/made
	@echo "Installing $< into .venv; the first time this takes some minutes."
	@.venv/bin/python $(INSTALL) --requirement $<
	@.venv/bin/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tensorflow: requirements/tensorflow.lock .venv/test
	@echo "Installing $< into .venv; the first time this takes some minutes."
	@if .venv/bin/python $(INSTALL) --requirement $<; then touch $@; else echo "$(NO_TENSORFLOW)"; fi

.venv-published/published: requirements/published.lock requirements/apart.lock pyproject.toml .venv-published/made
	@echo "Installing $< into .venv-published; the first time this takes some minutes and 8 GB."
	@.venv-published/bin/python $(INSTALL) --requirement $<
	@.venv-published/bin/python $(INSTALL) --no-deps --requirement requirements/apart.lock
	@.venv-published/bin/python $(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(CLASSIFIERS)/got: .venv/made
	@mkdir -p $(CLASSIFIERS)
	@npm pack --silent --pack-destination $(CLASSIFIERS) nsfwjs@4.4.0 > /dev/null
	@.venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps \
	    --only-binary :all: --python-version 3.12 --dest $(CLASSIFIERS) scikit-image==0.25.2
	@touch $@

.venv/made .venv-published/made: %/made:
	@for python in $(PYTHONS); do \
	    if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	        "$$python" -m venv --clear $* && touch $@; exit; \
	    fi; \
	done; \
	echo "Python 3.11 or newer with its venv module is needed; name one: make PYTHON=..." >&2; \
	exit 1
