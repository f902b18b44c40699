#!/usr/bin/env bash
# Takes the rules of a Kibana to this release, and leaves alone what you have set. Needs curl and jq.
#
#   KIBANA=https://kibana.example.com:5601 API_KEY=... bash upgrade.sh [--dry-run]
#
# New rules are imported, disabled, and value lists that are not there yet. Of a changed rule those fields are patched
# that you have not changed; what you have is named. A rule that is of another type now is made anew with your settings;
# what it was is kept in replaced/. Exception lists are added to those that a rule has, never taken away.
# It can be run again. Rules that were removed are named, and stay as they are.
set -euo pipefail
: "${KIBANA:?the address of Kibana}" "${API_KEY:?an API key that may write rules}"
dry=${1:-}
here=$(cd "$(dirname "$0")" && pwd)

call() {  # METHOD PATH [more for curl]; the body, if any, on standard input
    curl -sS --fail -X "$1" -H "Authorization: ApiKey $API_KEY" -H 'kbn-xsrf: tocsin' "$KIBANA/api$2" "${@:3}"
}
ask() { call "$1" "/detection_engine/rules$2" "${@:3}"; }
send() { ask "$1" "$2" -H 'Content-Type: application/json' --data-binary @- >/dev/null; }

for file in "$here"/lists/*.txt; do
    [ -e "$file" ] || continue
    name=$(basename "$file") type=${file##*_}
    call GET "/lists?id=$name" >/dev/null 2>&1 && continue
    echo "value list: $name"
    [ -z "$dry" ] || continue
    call POST /lists/index >/dev/null 2>&1 || true  # there already, where any value list is
    call POST "/lists/items/_import?type=${type%.txt}" -F "file=@$file" >/dev/null
done

if [ -s "$here/upgrade/new.ndjson" ]; then
    echo "new: $(wc -l <"$here/upgrade/new.ndjson")"
    [ "$dry" ] || ask POST /_import -F "file=@$here/upgrade/new.ndjson" |
        jq -c '{imported: .success_count, errors: [.errors[]? | {rule_id, error: .error.message}]}'
fi

while read -r change <&3 && read -r before <&4; do
    id=$(jq -r .rule_id <<<"$change")
    if ! now=$(ask GET "?rule_id=$id" 2>/dev/null); then
        echo "not there, left out: $id"
        continue
    fi
    # [the patch, the fields that are yours]: what Kibana works out itself is patched in any case.
    both=$(printf '%s\n' "$now" "$change" "$before" | jq -c -s '
        . as [$now, $change, $before]
        | ["description", "filters", "from", "index", "name", "note", "query", "risk_score", "severity", "threat"] as $tuned
        | [$change | keys[] | . as $key | select(($tuned | index($key)) and $now[$key] != $before[$key])] as $other
        | [$change | with_entries(select(.key as $key | $other | index($key) | not))]
        + [$other | map(select(. as $key | $now[$key] != $change[$key]))]')
    echo "changed: $id $(jq -r '.[0] | keys - ["rule_id"] | join(", ")' <<<"$both")"
    jq -r 'select(.[1] != []) | "    yours, kept: \(.[1] | join(", "))"' <<<"$both"
    [ "$dry" ] || jq -c '.[0]' <<<"$both" | send PATCH ""
done 3<"$here/upgrade/changes.ndjson" 4<"$here/upgrade/before.ndjson"

while read -r rule <&3; do
    id=$(jq -r .rule_id <<<"$rule")
    if ! now=$(ask GET "?rule_id=$id" 2>/dev/null); then
        echo "not there, left out: $id"
        continue
    fi
    [ "$(jq -r .type <<<"$now")" != "$(jq -r .type <<<"$rule")" ] || continue
    echo "of another type, made anew: $id"
    [ -z "$dry" ] || continue
    mkdir -p "$here/replaced"
    printf '%s\n' "$now" >"$here/replaced/$id.json"
    made=$(printf '%s\n' "$now" "$rule" | jq -c -s '
        .[1] + (.[0] | {actions, enabled, exceptions_list, interval, max_signals, tags} | with_entries(select(.value != null)))')
    ask DELETE "?rule_id=$id" >/dev/null
    printf '%s\n' "$made" | send POST ""
done 3<"$here/upgrade/retyped.ndjson"

while read -r link <&3; do
    id=$(jq -r .rule_id <<<"$link") list=$(jq -r '.exceptions_list[0].list_id' <<<"$link")
    now=$(ask GET "?rule_id=$id" 2>/dev/null) || continue
    ! jq -e --arg list "$list" '.exceptions_list // [] | any(.list_id == $list)' <<<"$now" >/dev/null || continue
    echo "leaves out a list of yours: $id $list"
    [ -z "$dry" ] || continue
    there=$(call GET "/exception_lists?list_id=$list&namespace_type=single" | jq -r .id)
    printf '%s\n' "$now" "$link" | jq -c -s --arg id "$there" '
        (.[1] | .exceptions_list[0].id = $id) as $link
        | $link + {exceptions_list: ((.[0].exceptions_list // []) + $link.exceptions_list)}' | send PATCH ""
done 3<"$here/upgrade/linked.ndjson"

while read -r rule <&3; do
    echo "no longer part of this release: $(jq -r .rule_id <<<"$rule")"
done 3<"$here/upgrade/removed.ndjson"
