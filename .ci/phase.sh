# Sourced by .ci/run: phases with their durations, and the end of all processes.
# shellcheck shell=bash disable=SC2154 # work is .ci/run's
names=() seconds=() only=() current='' began=0

# phase NAME COMMAND… runs a command and remembers how long it took. The command
# stands alone on its line, so that -e also ends a function at its failing line.
phase() {
  [[ ${#only[@]} -eq 0 || " ${only[*]} " == *" $1 "* ]] || return 0
  current=$1 began=$SECONDS
  shift
  printf '\n=== %s\n' "$current" >&2
  "$@"
  names+=("$current") seconds+=($((SECONDS - began)))
  printf '=== %s: %d s\n' "$current" $((SECONDS - began)) >&2
  current=''
}

durations() {
  local i
  printf '\n=== durations\n' >&2
  for i in "${!names[@]}"; do printf '%6d s  %s\n' "${seconds[i]}" "${names[i]}" >&2; done
  printf '%6d s  so far\n' "$SECONDS" >&2
}

# finish says which phase failed, ends the servers that a killed test left
# behind, and removes the folder. The closing line of a good run is go test's.
finish() {
  local code=$? file pid
  [[ -z "$current" ]] || printf '=== FAILED: %s after %d s\n' "$current" $((SECONDS - began)) >&2
  while IFS= read -r file; do
    pid=$(cat "$file")
    kill -TERM "$pid" 2>/dev/null || continue
    for _ in {1..20}; do kill -0 "$pid" 2>/dev/null || break; sleep 1; done
    kill -KILL -- "-$pid" 2>/dev/null || true
  done < <(find "$work" -maxdepth 2 -name '*.pid' 2>/dev/null)
  grep -o "${work}[^ ]*" /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
  chmod -R u+w "$work" 2>/dev/null || true
  rm -rf "$work" || true
  exit "$code"
}
