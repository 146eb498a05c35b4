# Sourced by `dev`: stages, whose output goes into a file of build/log and of which one line is shown; and the counts that the
# last line of `./dev test` tells.
passed=0 failed=0 stages=0 log='' code=0

say() { if [ -t 1 ]; then printf '\033[1m== %s\033[0m\n' "$*"; else echo "== $*"; fi; }

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# into_log NAME COMMAND...: runs it with its output in `log`; its exit code is in `code`. A terminal shows the last line meanwhile.
# Not in a condition: there the shell would go on after an error inside a function.
into_log() {
  local shown='' options=$-
  stage_name=$1 stage_began=$SECONDS
  shift
  mkdir -p build/log
  stages=$((stages + 1))
  log=build/log/$(printf '%02d' $stages)-$(tr -cs 'a-z0-9\n' '-' <<<"${stage_name,,}").log
  if [ -t 1 ]; then
    show_last_line "$stage_name" "$log" &
    shown=$!
  fi
  set +e
  (set -e; "$@") >"$log" 2>&1 </dev/null
  code=$?
  case $options in *e*) set -e ;; esac
  if [ -n "$shown" ]; then
    kill "$shown" 2>/dev/null && wait "$shown" 2>/dev/null
    printf '\r\033[K'
  fi
  return 0
}

show_last_line() {  # show_last_line NAME LOG
  local columns=${COLUMNS:-$(tput cols 2>/dev/null || echo 80)} text
  while kill -0 $$ 2>/dev/null && sleep 1; do  # not longer than the script
    text=$(tail -c 400 "$2" 2>/dev/null | tr '\r' '\n' | tr -d '\033' | grep -v '^ *$' | tail -n 1)
    text=".. $1: $text"
    printf '\r\033[K%s' "${text:0:columns - 1}"
  done
}

finish() { say "$stage_name ($(minutes $((SECONDS - stage_began))))${1:+: $1}"; }  # finish [NOTE]

stage() {  # stage NAME COMMAND...: what follows needs it, so a failure is the end of the run
  into_log "$@"
  if [ $code -eq 0 ]; then finish; return; fi
  finish FAILED
  explain "$log"
  failed=$((failed + 1))
  close
}

check() {  # check NAME COMMAND...: one of the tests
  into_log "$@"
  if [ $code -eq 0 ]; then passed=$((passed + 1)); finish; return; fi
  finish FAILED
  explain "$log"
  failed=$((failed + 1))
}

# What of a log says why: from the first failed command of ninja or the first error of cmake on, else the end.
explain() {
  local from
  from=$(grep -nE '^(FAILED: |CMake Error)' "$1" | head -n 1 | cut -d: -f1 || true)
  if [ -n "$from" ]; then sed -n "$from,\$p" "$1" | head -n 80; else tail -n 40 "$1"; fi
  echo "the whole log: $1"
}

# warnings FOLDER LOG: what the compilers warned of while ninja made FOLDER. The outputs of those commands go, so that the next run says it again.
warnings() {
  local output
  grep -qE '(^|[^[:alnum:]_-])warning:|^CMake Warning' "$2" || return 0
  awk '/^\[[0-9]+\/[0-9]+\] / { output = $NF } /(^|[^[:alnum:]_-])warning:/ { print output }' "$2" | sort -u | while read -r output; do
    case $output in '' | /* | *..*) ;; *) rm -f "$1/$output" ;; esac
  done
  grep -hE '(^|[^[:alnum:]_-])warning:|^CMake Warning' "$2" | sort | uniq -c | sort -rn | head -n 20
  echo "the whole log: $2"
  return 1
}

count_warnings() {  # count_warnings FOLDER: of the last stage; one of the tests
  local found
  if found=$(warnings "$1" "$log"); then passed=$((passed + 1)); return; fi
  say "compilers warn in $1"
  echo "$found"
  failed=$((failed + 1))
}

run_tests() {  # run_tests NAME FOLDER [CTEST-ARGUMENT...]: runs ctest, adds to passed and failed
  local name=$1 folder=$2 counts last=$2/Testing/Temporary/LastTest.log
  shift 2
  rm -f "$last"
  into_log "$name" ctest --test-dir "$folder" --output-on-failure --timeout 900 -j $((jobs + 1)) "$@"  # some mostly wait
  if [ -s "$last" ]; then
    counts=$(awk -f tests/support/count.awk "$last")
    [ $code -eq 0 ] || awk -f tests/support/failures.awk "$last"
  else
    counts='0 1'
  fi
  count $counts
}

run_node() {  # run_node NAME FILE...: node's test runner, adds to passed and failed
  local name=$1 counts
  shift
  into_log "$name" node --test --test-timeout=600000 --test-reporter=tap "$@"
  counts=$(awk '/^# pass /{p = $3} /^# (fail|cancelled) /{f += $3} END {print p + 0, f + 0}' "$log")
  [ $code -eq 0 ] || grep -vE '^ *(duration_ms|type|\.\.\.|---)' "$log" | grep -B2 -A20 'not ok' | head -n 150 || true
  count $counts
}

# beside COMMAND...: stages that run while the ones after it do; what they said and counted comes with `join_beside`. Mostly they wait,
# for browsers and servers, so the machine has room for both.
beside() {
  mkdir -p build/log
  rm -f build/log/beside.counts
  (
    passed=0 failed=0 stages=$((stages + 50)) counting= beside_job=
    trap 'echo "$passed $failed" >build/log/beside.counts' EXIT
    "$@"
  ) >build/log/beside.out 2>&1 </dev/null &
  beside_job=$!
}

join_beside() {
  local counts='0 1'  # it did not come to its end
  wait "$beside_job" || true
  beside_job=
  cat build/log/beside.out
  [ ! -s build/log/beside.counts ] || counts=$(cat build/log/beside.counts)
  passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
}

# count PASSED FAILED: what the last stage counted. A runner that ended badly without a failed test is one failure.
count() {
  local bad=$2
  if [ $code -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; tail -n 20 "$log"; fi
  if [ "$1" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; echo "no test ran"; fi
  passed=$((passed + $1)) failed=$((failed + bad))
  finish "$1 passed, $bad failed"
  [ "$bad" -eq 0 ] || echo "the whole log: $log"
}

close() {  # the end of a run of stages that counts
  [ -z "${beside_job:-}" ] || kill "$beside_job" 2>/dev/null || true
  [ -z "${counting:-}" ] || { say "total $(minutes "$SECONDS"), logs in build/log"; echo "$passed passed, $failed failed"; }
  [ "$failed" -eq 0 ] && exit 0 || exit 1
}
