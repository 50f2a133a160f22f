# 两条命令就够用：make demo（安装、载入样例、打开网页）和 make test（安装、跑全部检查与测试）。
# 可改的变量：PYTHON（3.11 以上的解释器）、VENV、HOST、PORT、DATA（资料库目录）。

VENV  ?= .venv
BIN   ?= $(VENV)/bin
HOST  ?= 127.0.0.1
PORT  ?= 7860
DATA  ?=
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# What the tests need besides Python packages: a browser for the web page, and its Chinese font.
SYSTEM_PACKAGES = chromium fonts-noto-cjk

PIP     = $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
LOCKED  = pyproject.toml constraints.txt
export ANONYMIZED_TELEMETRY = False
export GRADIO_ANALYTICS_ENABLED = False

.DEFAULT_GOAL := help
.PHONY: help install demo test check eval bench-tables bench-web format lock clean

help:
	@echo 'make demo    安装、载入样例 PDF、启动网页并显示地址'
	@echo 'make test    安装测试所需，跑全部检查与测试'
	@echo 'make check   同上，用于开发：ruff、格式、mypy、pytest'
	@echo 'make eval    用自带的题目衡量准确率，报告写入 out/eval；PDFS=目录 或 DATA=资料库 可量更多文件'
	@echo 'make bench-tables PDFS=目录   用手工誊录的页面衡量表格读取，并与其他读取器对照'
	@echo 'make bench-web DATA=目录   启动服务器，衡量第一个回答、页面图片和多人同时提问的快慢'
	@echo 'make format  自动整理代码格式'
	@echo 'make lock    重新生成 constraints.txt'

install: $(VENV)/.ready-demo

demo: $(VENV)/.ready-demo
	@$(BIN)/budget-qa $(if $(DATA),--data '$(DATA)') demo --host $(HOST) --port $(PORT)

test: check

check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

# Samples alone by default; fails when the accuracy falls below eval/floors.yaml.
eval: $(VENV)/.ready-demo
	$(BIN)/python -m eval.gate --out out/eval $(if $(DATA),--data '$(DATA)') $(if $(PDFS),--pdfs '$(PDFS)')

# Samples alone by default; the other transcribed documents are read where PDFS holds them.
bench-tables: $(VENV)/.ready-bench
	$(BIN)/python -m eval.bench_tables --pdfs '$(or $(PDFS),samples)'

bench-web: $(VENV)/.ready-demo
	@test -n '$(DATA)' || { echo '请用 DATA=目录 指出资料库，例如 make bench-web DATA=~/.local/share/budget-qa' >&2; exit 1; }
	$(BIN)/python -m eval.load --data '$(DATA)'

format: $(VENV)/.ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo '需要 Python 3.11 或更高版本（含 venv 与 pip）：请先安装，或用 make PYTHON=路径 指定。' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second run start at once; they age with the dependencies, not with the code,
# because the project is installed in place.
$(VENV)/.ready-demo: $(LOCKED) | $(BIN)/python
	@echo '正在安装依赖，第一次需要几分钟…'
	$(PIP) -e .
	@touch $@

# torch stands in the same command with its exact version: otherwise pip may choose a build that
# brings gigabytes of GPU libraries along.
$(VENV)/.ready-test: $(LOCKED) | $(BIN)/python system-packages
	@echo '正在安装测试所需的依赖，第一次需要几分钟…'
	$(PIP) -e '.[dev,transformers]' torch==2.13.0
	@touch $@ $(VENV)/.ready-demo

$(VENV)/.ready-bench: $(LOCKED) | $(BIN)/python
	$(PIP) -e '.[bench]'
	@touch $@ $(VENV)/.ready-demo

.PHONY: system-packages
system-packages:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  command -v apt-get >/dev/null && test "$$(id -u)" = 0 \
	    && apt-get update -qq && apt-get install -qq -y --no-install-recommends $(SYSTEM_PACKAGES) >/dev/null; } \
	  || { echo '网页测试需要 Chromium 和中文字体，请先安装：sudo apt-get install $(SYSTEM_PACKAGES)' >&2; exit 1; }

lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet -e '.[dev,transformers]' torch==2.13.0
	build/lock/bin/python -m pip --disable-pip-version-check freeze --exclude-editable | sed 's/+cpu$$//' > constraints.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
