# The log of a libFuzzer run: how often it ran, how many of the counters it knows were reached, and in how many ways (ft).
/^INFO: Loaded [0-9]+ modules/ { gsub(/[^0-9 ]/, ""); known = $2 }
/^#[0-9]+.* cov: / {
  runs = substr($1, 2)
  for (i = 1; i < NF; ++i) {
    if ($i == "cov:") cov = $(i + 1)
    if ($i == "ft:") ft = $(i + 1)
  }
}
END { printf "%d runs, %d of %d counters reached (ft %d)\n", runs, cov, known, ft }
