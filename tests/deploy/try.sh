#!/bin/sh
# Try a deployment out in a folder of its own, with stand-ins of Discord and Slack inside its network:
# both databases, a killed container, an upgrade from the first version's database, down and up.
#   tests/deploy/try.sh                      with docker compose
#   COMPOSE="…" tests/deploy/try.sh          with another engine's
# It needs no token, and no .env beside docker-compose.yml: it writes one, and takes it away again.
# It ends with exit code 0 when all went well, and takes its containers and volumes down.
set -eu
cd "$(dirname "$0")/../.."
COMPOSE=${COMPOSE:-docker compose}
PROFILE=
EXPORT='/slash/privacy?deed=export'
test ! -e .env || { echo ".env is there: try it out in a fresh copy of this folder" >&2; exit 2; }

compose() { # $PROFILE, $COMPOSE are words, some of them or none
    # shellcheck disable=SC2086
    $COMPOSE -f docker-compose.yml -f tests/deploy/loopback.yml $PROFILE "$@"
}
send() { compose exec -T "$1" python /tests/deploy/send.py "$2"; }
expect() { # expect WORDS SERVICE ADDRESS: ask, and hold the answer against the words
    answer=$(send "$2" "$3")
    case $answer in
    *"$1"*) printf '  %s %s: %s\n' "$2" "$3" "$(printf %s "$answer" | head -n 1)" ;;
    *) printf 'wanted "%s", got:\n%s\n' "$1" "$answer" >&2 && exit 1 ;;
    esac
}
well() { # both platforms connected, the database writable: the container's own healthcheck
    expect connected discord /ready
    expect connected slack /ready
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if compose exec -T bot crossroads doctor --live; then return; fi
        sleep 2
    done
    exit 1
}
answers() {
    expect KORE1 discord '/slash/salary?level=senior'
    expect KORE1 slack '/slash/salary?text=ml+senior'
}
same() { # what is kept of the member is as it was, to the letter
    now=$(send discord "$EXPORT")
    test "$kept" = "$now" || { printf 'kept was:\n%s\nand is:\n%s\n' "$kept" "$now" >&2; exit 1; }
    echo "  data kept: $(printf %s "$kept" | grep -o '"quiz": "[a-z-]*"')"
}
tables() { compose exec -T bot crossroads doctor | grep -E '^(ok|warning|broken) +(database|version|disk)' || true; }
memory() { # resident, of the bot's process, without the container's init
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
    well
    memory idle
    answers
    expect '0 of 10' discord '/slash/quiz?name=hire'
    memory 'after some answers'
    kept=$(send discord "$EXPORT")
    echo "== $1: killed and up"
    compose kill -s KILL bot
    compose up -d
    well
    same
    echo "== $1: down and up"
    compose down
    compose up -d
    well
    same
    answers
    tables
    compose down -v
}
restored() { # a backup leaves the container and comes back, as docs/admins.md has it
    echo "== SQLite: backed up and restored"
    compose up -d
    well
    expect '0 of 10' discord '/slash/quiz?name=hire'
    kept=$(send discord "$EXPORT")
    compose exec -T bot crossroads db backup /data/backup.db
    compose exec -T bot cat /data/backup.db >backup.db
    compose exec -T bot rm /data/backup.db
    compose stop bot
    compose run --rm -T bot db restore - <backup.db
    rm backup.db
    compose start bot
    well
    same
    compose down -v
}
upgraded() { # upgraded NAME: start on what the first version left
    echo "== $1: upgrade from revision 0001"
    compose run --rm -T -v ./tests:/tests:ro --entrypoint python bot /tests/deploy/old_database.py
    compose up -d
    well
    expect '"finished": "2026-01-05' discord "$EXPORT"
    answers
    tables
    compose down -v
}

: >.env
chmod 600 .env
compose build
round SQLite
restored
upgraded SQLite
PROFILE="--profile postgres"
cat >.env <<'EOF'
POSTGRES_PASSWORD=only-for-trying
DATABASE_URL=postgresql://crossroads:only-for-trying@postgres/crossroads
EOF
round PostgreSQL
compose up -d postgres
upgraded PostgreSQL
echo "== all went well"
