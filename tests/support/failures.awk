# Reads ctest's LastTest.log; prints the last lines of what each failed test said.
function flush(i) {
  if (bad) {
    print "-- " name
    for (i = (n > 60 ? n - 59 : 1); i <= n; ++i) print line[i]
  }
  n = 0; bad = 0
}
/^[0-9]+\/[0-9]+ Testing: / { flush(); name = $3 }
{ line[++n] = $0 }
/^Test Failed\./ || /^Test timed out/ || /\*\*\*Exception/ || /^Unable to find executable/ { bad = 1 }
END { flush() }
