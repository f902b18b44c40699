#!/usr/bin/env bash
# Takes the monitors of an OpenSearch to this release. Needs curl and jq.
#
#   OPENSEARCH=https://opensearch.example.com:9200 LOGIN=admin:... bash upgrade.sh
#
# New monitors are made, disabled. A changed one gets its new query, condition and name; whether it is enabled, its schedule,
# its actions and triggers of your own stay. What it was is kept in replaced/: a query that you had edited is in there.
# Monitors that were removed are named, and stay as they are.
set -euo pipefail
: "${OPENSEARCH:?the address of OpenSearch}" "${LOGIN:?user:password}"
here=$(cd "$(dirname "$0")" && pwd)

ask() {  # METHOD PATH; the body, if any, on standard input
    curl -sS --fail -u "$LOGIN" -X "$1" -H 'Content-Type: application/json' --data-binary @- \
        "$OPENSEARCH/_plugins/_alerting/monitors$2"
}
named() { jq -c '{size: 2, query: {term: {"monitor.name.keyword": .}}}' | ask GET /_search | jq -c '.hits.hits'; }

while read -r monitor <&3; do
    name=$(jq .name <<<"$monitor")
    if [ "$(named <<<"$name" | jq length)" = 0 ]; then
        echo "new: $name"
        ask POST "" <<<"$monitor" >/dev/null
    fi
done 3<"$here/upgrade/new.ndjson"

while read -r change <&3; do
    was=$(jq .was <<<"$change")
    found=$(named <<<"$was")
    if [ "$(jq length <<<"$found")" != 1 ]; then
        echo "not there under this name, or several times, left out: $was"
        continue
    fi
    id=$(jq -r '.[0]._id' <<<"$found")
    now=$(ask GET "/$id" </dev/null)
    mkdir -p "$here/replaced"
    printf '%s\n' "$now" >"$here/replaced/$id.json"
    echo "changed: $was"
    printf '%s\n' "$now" "$change" | jq -c -s '
        .[1].monitor as $new | .[1].trigger as $trigger | .[0].monitor
        | .name = $new.name | .inputs = $new.inputs
        | .triggers |= map(if .query_level_trigger.name == $trigger
            then .query_level_trigger |= . + ($new.triggers[0].query_level_trigger | del(.actions)) else . end)' |
        ask PUT "/$id?if_seq_no=$(jq ._seq_no <<<"$now")&if_primary_term=$(jq ._primary_term <<<"$now")" >/dev/null
done 3<"$here/upgrade/changes.ndjson"

while read -r name <&3; do
    echo "no longer part of this release: $name"
done 3<"$here/upgrade/removed.ndjson"
