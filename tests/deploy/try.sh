#!/bin/sh
# Test a deployment in a fresh copy of the project, with stand-ins of Discord and Slack as containers:
# both databases, a killed container, an upgrade from the first version's database, down and up.
#   tests/deploy/try.sh                      with docker compose
#   COMPOSE="…" tests/deploy/try.sh          with another engine's
# It needs no token. There must be no .env beside docker-compose.yml: it writes one and deletes it.
# It exits with 0 on success, and always removes its containers and volumes.
set -eu
cd "$(dirname "$0")/../.."
COMPOSE=${COMPOSE:-docker compose}
PROFILE=
EXPORT='/slash/privacy?deed=export'
test ! -e .env || { echo ".env is there: try it out in a fresh copy of this folder" >&2; exit 2; }

compose() { # $PROFILE and $COMPOSE are zero or more words
    # shellcheck disable=SC2086
    $COMPOSE -f docker-compose.yml -f tests/deploy/loopback.yml $PROFILE "$@"
}
send() { compose exec -T "$1" python /tests/deploy/send.py "$2"; }
expect() { # expect WORDS SERVICE PATH: the answer must contain the words
    answer=$(send "$2" "$3")
    case $answer in
    *"$1"*) printf '  %s %s: %s\n' "$2" "$3" "$(printf %s "$answer" | head -n 1)" ;;
    *) printf 'wanted "%s", got:\n%s\n' "$1" "$answer" >&2 && exit 1 ;;
    esac
}
wait_healthy() { # as the container's healthcheck: platforms connected, database writable
    expect connected discord /ready
    expect connected slack /ready
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if compose exec -T bot crossroads doctor --live; then return; fi
        sleep 2
    done
    exit 1
}
expect_answers() {
    expect KORE1 discord '/slash/salary?level=senior'
    expect KORE1 slack '/slash/salary?text=ml+senior'
}
expect_same_data() { # the member's export is byte for byte the same as before
    now=$(send discord "$EXPORT")
    test "$exported" = "$now" || { printf 'kept was:\n%s\nand is:\n%s\n' "$exported" "$now" >&2; exit 1; }
    echo "  data kept: $(printf %s "$exported" | grep -o '"quiz": "[a-z-]*"')"
}
show_doctor() { compose exec -T bot crossroads doctor | grep -E '^(ok|warning|broken) +(database|version|disk)' || true; }
memory() { # resident memory of the bot's process, without the container's init
    kib=$(compose exec -T bot sh -c 'cat /proc/[0-9]*/status' | awk '/^VmRSS/ {print $2}' | sort -n | tail -1)
    echo "  memory, $1: $((kib / 1024)) MiB"
}
stop() {
    test "$1" = 0 || compose logs --tail 50 bot || true
    compose down -v >/dev/null 2>&1 || true
    rm -f .env backup.db
}
trap 'stop $?' EXIT

round() { # round NAME: start, answer, kill, restart, down and up
    echo "== $1: up"
    compose up -d
    wait_healthy
    memory idle
    expect_answers
    expect '0 of 10' discord '/slash/quiz?name=hire'
    memory 'after some answers'
    exported=$(send discord "$EXPORT")
    echo "== $1: killed and up"
    compose kill -s KILL bot
    compose up -d
    wait_healthy
    expect_same_data
    echo "== $1: down and up"
    compose down
    compose up -d
    wait_healthy
    expect_same_data
    expect_answers
    show_doctor
    compose down -v
}
backup_and_restore() { # copy a backup out of the container and restore it, as in docs/operating.md
    echo "== SQLite: backed up and restored"
    compose up -d
    wait_healthy
    expect '0 of 10' discord '/slash/quiz?name=hire'
    exported=$(send discord "$EXPORT")
    compose exec -T bot crossroads db backup /data/backup.db
    compose exec -T bot cat /data/backup.db >backup.db
    compose exec -T bot rm /data/backup.db
    compose stop bot
    compose run --rm -T bot db restore - <backup.db
    rm backup.db
    compose start bot
    wait_healthy
    expect_same_data
    compose down -v
}
upgrade() { # upgrade NAME: start on a database of the first version
    echo "== $1: upgrade from revision 0001"
    compose run --rm -T -v ./tests:/tests:ro --entrypoint python bot /tests/deploy/old_database.py
    compose up -d
    wait_healthy
    expect '"finished": "2026-01-05' discord "$EXPORT"
    expect_answers
    show_doctor
    compose down -v
}

: >.env
chmod 600 .env
compose build
round SQLite
backup_and_restore
upgrade SQLite
PROFILE="--profile postgres"
cat >.env <<'EOF'
POSTGRES_PASSWORD=only-for-trying
DATABASE_URL=postgresql://crossroads:only-for-trying@postgres/crossroads
EOF
round PostgreSQL
compose up -d postgres
upgrade PostgreSQL
echo "== all went well"
