# The uv of this machine, if it runs; else one of our own below .cache, installed with hashes when it is first needed.
# Read by the makefile of the project and by that of the layer, which a bare `sam build` starts.
BUCKETPRESS := $(patsubst %/,%,$(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..))
PYTHON ?= python3
OWN_UV := $(BUCKETPRESS)/.cache/uv/bin/uv
UV := $(or $(shell for uv in "$(UV)" uv; do "$$uv" --version >/dev/null 2>&1 && command -v "$$uv" && break; done),$(OWN_UV))

# Debian's python3 comes without pip and sometimes without venv, so both ways are tried.
$(OWN_UV): $(BUCKETPRESS)/tools/bootstrap.lock
	@echo "Installing uv …"
	@mkdir -p "$(BUCKETPRESS)/.cache" && echo '*' > "$(BUCKETPRESS)/.cache/.gitignore"
	@"$(PYTHON)" -m venv --clear "$(BUCKETPRESS)/.cache/uv" >/dev/null 2>&1 \
		&& "$(BUCKETPRESS)/.cache/uv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$<" \
		|| "$(PYTHON)" -m pip install --quiet --disable-pip-version-check --target "$(BUCKETPRESS)/.cache/uv" --require-hashes --requirement "$<" \
		|| { echo "Neither venv nor pip works with $(PYTHON): apt-get install python3-venv, or install uv." >&2; exit 1; }
	@touch "$@"
