# jixiao: fill the templates, `make report`. On a fresh machine with Python 3.11+ each target below works alone.
.PHONY: help report check monitor templates test office lint bench golden clean

PYTHON ?= python3
INPUT ?= input_templates/example
OUTPUT ?= output
ARGS ?=
THROUGH ?= 7

VENV := .venv
ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
else
PY := $(VENV)/bin/python
endif
# Bytecode is what makes the second start fast; an environment that forbids it costs seconds at every start.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@echo "make report [INPUT=填好的文件夹] [OUTPUT=输出到]  读取、核查、计算、填表（默认用示例）"
	@echo "make check  [INPUT=文件夹或文件]               只核查，不计算"
	@echo "make monitor [INPUT=文件夹] [THROUGH=7]         年中绩效运行监控：1 月到几月"
	@echo "make templates                                 重新生成空白模板和示范表"
	@echo "make test                                      安装测试工具并运行测试"
	@echo "make office                                    只运行需要 LibreOffice 的测试"
	@echo "make lint | bench | golden | clean             代码检查 | 速度对比 | 重建示例提交 | 清理"

$(VENV)/installed: requirements.lock
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and '需要 Python 3.11 或更新的版本；可用 make PYTHON=python3.12 指定')"
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	-$(PY) -m compileall -q $(VENV) pipeline
	@echo "installed" > $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@echo "installed" > $@

report: $(VENV)/installed ## the whole run
	$(PY) -m pipeline report "$(INPUT)" --out "$(OUTPUT)" $(ARGS)

check: $(VENV)/installed
	$(PY) -m pipeline check "$(INPUT)" $(ARGS)

monitor: $(VENV)/installed ## the mid-year monitoring form
	$(PY) -m pipeline monitor "$(INPUT)" --through $(THROUGH) --out "$(OUTPUT)" $(ARGS)

templates: $(VENV)/installed
	$(PY) -m pipeline templates $(ARGS)

test: $(VENV)/installed-dev
	$(PY) -m pytest -q -n 2 $(ARGS)

office: $(VENV)/installed-dev
	$(PY) -m pytest -q -m office $(ARGS)

lint: $(VENV)/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

bench: $(VENV)/installed-dev
	$(PY) tests/bench/run.py $(ARGS)
	$(PY) -m tests.bench.stacked
	$(PY) -m tests.bench.page
	$(PY) -m tests.bench.word
	$(PY) -m tests.bench.narrative

golden: $(VENV)/installed-dev ## writes the example submission anew from tests/data/example.yaml
	$(PY) tests/build_example.py

clean: ## caches and the environment; output/ is yours and stays
	$(PYTHON) -c "import pathlib, shutil; [shutil.rmtree(p, ignore_errors=True) for n in ('__pycache__', '.pytest_cache', '.ruff_cache', '.hypothesis') for p in pathlib.Path('.').rglob(n)]; shutil.rmtree('$(VENV)', ignore_errors=True)"
