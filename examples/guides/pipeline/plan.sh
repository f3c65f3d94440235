#!/bin/sh
# Exit status: 0 nothing to do, 1 error, 2 cutover.tfplan waits for approval.
set -eu
cli="${TERRAFORM:-terraform}" # or tofu

"$cli" init -input=false
exec "$cli" plan -input=false -lock-timeout=5m -detailed-exitcode -out=cutover.tfplan
