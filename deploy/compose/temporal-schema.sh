#!/bin/sh
# The engine's tables, at the version of these tools. Running it again changes nothing. SQL_USER and SQL_PASSWORD: environment.
set -eu
for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*} schema=${pair##*:}
  tool="temporal-sql-tool --plugin postgres12 --ep $POSTGRES_HOST --port 5432 --db $database"
  $tool setup-schema -v 0.0 || echo "$database: already set up"
  $tool update-schema --schema-name "postgresql/v12/$schema"
done
