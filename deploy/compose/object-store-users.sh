#!/bin/sh
# One user per act (upload, scan, serve, purge); what each may do is said by the buckets' policies. ADMIN_*: environment.
set -eu
known=$(versitygw admin list-users)
for act in upload scan serve purge; do
  case "$known" in *"$act"*) continue ;; esac
  variable="S3_$(echo "$act" | tr '[:lower:]' '[:upper:]')_SECRET"
  eval "secret=\$$variable"
  versitygw admin create-user --access "$act" --secret "$secret" --role user
done
