// What a message says once it is decrypted: from the own phone, an own companion, a contact, a stranger. The first byte says who, the
// second how it travels, the rest is the Message.
#include "fuzz/device.h"
#include "fuzz/script.h"

using namespace wa;

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  fuzz::Script script(input);
  fuzz::Device device;
  const auto from = static_cast<fuzz::From>(script.byte() % fuzz::kFroms);
  const std::uint8_t bits = script.byte();
  const fuzz::How how{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0};
  const ByteView plaintext = script.rest();
  device.message(from, plaintext, how);
  device.message(from, plaintext, how);
  while (!device.fetches().empty() && device.fetches().size() < 4) {
    const std::size_t known = device.fetches().size();
    device.feed(gateway::Fetched{device.fetches().back().fetch, true, 200, to_bytes(plaintext)});
    device.pass(5'000);
    if (device.fetches().size() == known) break;
  }
  device.finish();
}
