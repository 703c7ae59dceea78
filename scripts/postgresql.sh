# Finds a PostgreSQL server that this user may use, or starts one of its own that lives until this shell ends.

start_postgresql() {
  if [ -n "${SIGNPOST_TEST_POSTGRESQL:-}" ]; then return; fi
  if psql -qtAX -h 127.0.0.1 -d postgres -c 'SELECT 1' >/dev/null 2>&1; then
    psql -qtAX -h 127.0.0.1 -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'signpost_test'" | grep -q 1 ||
      createdb -h 127.0.0.1 signpost_test
    export SIGNPOST_TEST_POSTGRESQL="postgresql+psycopg://127.0.0.1/signpost_test"
    return
  fi
  local bin folder port owner
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  folder=$(mktemp -d)
  port=54329
  owner=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root
    owner=postgres
    chown postgres "$folder"
  fi
  as_owner() { if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi; }
  as_owner "$bin/initdb" -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 >/dev/null
  as_owner "$bin/pg_ctl" -D "$folder/data" -w -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder" \
    -l "$folder/log" start >/dev/null
  trap 'as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true' EXIT
  createdb -h 127.0.0.1 -p "$port" -U postgres signpost_test
  export SIGNPOST_TEST_POSTGRESQL="postgresql+psycopg://postgres@127.0.0.1:$port/signpost_test"
}
