# Reads ctest's LastTest.log; prints "PASSED FAILED" in test cases. A program that ended badly without saying how many
# of its cases failed counts as one failure.
/^[0-9]+\/[0-9]+ Testing: / { said = 0 }
/^All tests passed \(/ { for (i = 1; i <= NF; ++i) if ($i == "test" && $(i + 1) ~ /^case/) passed += $(i - 1) }
/^test cases: / {
  for (i = 1; i <= NF; ++i) {
    if ($i == "passed") passed += $(i - 1)
    if ($i == "failed") { failed += $(i - 1); said = 1 }
  }
}
/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; if ($3 > 0) said = 1 }
/^Test Failed\./ || /^Test timed out/ || /\*\*\*Exception/ { if (!said) ++failed }
END { print passed + 0, failed + 0 }
