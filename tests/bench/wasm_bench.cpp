// bench.wasm: wasm_work.h behind four exports; never part of the package.
#include <cstdlib>

#include "abi/abi.h"
#include "abi/codec.h"
#include "wasm_work.h"

using namespace wa;

namespace {

bench::Work& work() {
  static bench::Work one;
  return one;
}

}  // namespace

WA_EXPORT(bench_ready) std::uint32_t bench_ready() { return work().run(bench::Op::node_encode, 1) > 0 ? 1 : 0; }
WA_EXPORT(bench_run) std::uint32_t bench_run(std::uint32_t op, std::uint32_t times) {
  return op < bench::kOps ? static_cast<std::uint32_t>(work().run(static_cast<bench::Op>(op), times)) : 0;
}
WA_EXPORT(bench_input) const void* bench_input(std::uint32_t which) {
  return wasm::answer(work().input(static_cast<bench::Input>(which)));
}
