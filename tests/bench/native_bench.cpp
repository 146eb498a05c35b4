// The work of wasm_work.h natively: one JSON line of CPU microseconds a run, in the order of bench::Op. Read by wasm_bench.mjs.
#include <cstdio>
#include <ctime>

#include "wasm_work.h"

using namespace wa::bench;

int main() {
  Work work;
  volatile std::size_t sink = 0;
  std::printf("[");
  for (std::uint32_t op = 0; op < kOps; ++op) {
    double best = 1e12;
    std::uint32_t times = 1;
    for (int round = 0; round < 8; ++round) {
      const std::clock_t start = std::clock();
      sink = sink + work.run(static_cast<Op>(op), times);
      const double us = 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      if (us / times < best) best = us / times;
      if (us < 50'000) times = static_cast<std::uint32_t>(times * 60'000 / (us + 1)) + 1;
    }
    std::printf("%s%.4f", op == 0 ? "" : ",", best);
  }
  std::printf("]\n");
}
