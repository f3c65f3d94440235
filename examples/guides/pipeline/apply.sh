#!/bin/sh
# Exit status: 0 the state says SUCCESS, 1 anything else.
set -eu
cli="${TERRAFORM:-terraform}" # or tofu

# What is started is in this log at once, with its ID. Keep it with the job.
export TF_LOG_PROVIDER=INFO TF_LOG_PATH="${TF_LOG_PATH:-$PWD/provider.log}"

"$cli" init -input=false
# exec, so that a signal to the job reaches the CLI rather than this shell.
exec "$cli" apply -input=false -lock-timeout=5m cutover.tfplan
