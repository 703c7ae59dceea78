# Finds a PostgreSQL server that this user may use, or starts one of its own that lives until this shell ends.

start_postgresql() {
  if [ -n "${SIGNPOST_TEST_POSTGRESQL:-}" ]; then return; fi
  if psql -wqtAX -h 127.0.0.1 -d postgres -c 'SELECT 1' >/dev/null 2>&1; then
    psql -wqtAX -h 127.0.0.1 -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'signpost_test'" | grep -q 1 ||
      createdb -w -h 127.0.0.1 signpost_test
    export SIGNPOST_TEST_POSTGRESQL="postgresql+psycopg://127.0.0.1/signpost_test"
    return
  fi
  pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  pg_folder=$(mktemp -d)
  pg_port=54329
  pg_owner=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root
    pg_owner=postgres
    chown postgres "$pg_folder"
  fi
  as_owner "$pg_bin/initdb" -D "$pg_folder/data" -U postgres --auth=trust --encoding=UTF8 >/dev/null
  as_owner "$pg_bin/pg_ctl" -D "$pg_folder/data" -w -l "$pg_folder/log" \
    -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg_folder" start >/dev/null
  trap stop_postgresql EXIT
  createdb -w -h 127.0.0.1 -p "$pg_port" -U postgres signpost_test
  export SIGNPOST_TEST_POSTGRESQL="postgresql+psycopg://postgres@127.0.0.1:$pg_port/signpost_test"
}

stop_postgresql() {
  as_owner "$pg_bin/pg_ctl" -D "$pg_folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$pg_folder"
}

as_owner() {
  if [ "$(id -un)" = "$pg_owner" ]; then "$@"; else runuser -u "$pg_owner" -- "$@"; fi
}
