#!/bin/sh
# Exit status: 0 the state says SUCCESS, 1 anything else.
set -eu
cli="${TERRAFORM:-terraform}" # or tofu

"$cli" init -input=false
# exec, so that a signal to the job reaches the CLI rather than this shell.
exec "$cli" apply -input=false -lock-timeout=5m cutover.tfplan
