#!/bin/sh
# Show generated configurations to Terraform, and apply one on ministack. Called by
# `make test-terraform`, which has set up .venv. Arguments go to pytest.
set -eu

refuse() {
  printf '%s\n' "$@" >&2
  exit 2
}

if [ ! -x "${TERRAFORM-}" ] || [ ! -d "${TERRAFORM_MIRROR-}" ]; then
  refuse "Terraform and its provider are not fetched: they come from no package registry, and are large." \
    "Without them, \`make test\` checks configurations by the provider's schema." \
    "If you have them: make test-terraform TERRAFORM=/usr/bin/terraform TERRAFORM_MIRROR=/path/to/mirror" \
    "A mirror is what \`terraform providers mirror\` writes for hashicorp/aws, version 5.100 or later."
fi

exec .venv/bin/python -m pytest "$@" tests/iac/test_with_terraform.py
