// One stanza, as it stands inside the encrypted frame, for a paired and connected device; and what it leads to. An answer
// finds its question: the id "#<n>" stands for the n-th thing the device waits for.
#include "fuzz/device.h"

using namespace wa;

namespace {

// Kept as bytes unless an id is put in: how it was encoded is part of the input.
void play(fuzz::Device& device, ByteView plain) {
  auto node = wire::decode_stanza(plain);
  if (node.ok()) {
    for (auto& [name, value] : node->attrs) {
      const auto* text = std::get_if<std::string>(&value);
      if (name != "id" || !text || text->size() < 2 || text->front() != '#') continue;
      const std::size_t which = static_cast<std::size_t>((*text)[1] - '0') % device.owed().size();
      value = device.owed()[which].id;
      return device.stanza(*node);
    }
  }
  device.stanza_bytes(plain);
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  fuzz::Device device;
  play(device, input);
  play(device, input);  // everything may come twice
  device.finish();
}
