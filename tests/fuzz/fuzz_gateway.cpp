// A script of inputs and faults for a paired device: stanzas, answers, messages, requests, results, time, lost connections, crashes.
// A part is its kind, its length in two bytes, and so many bytes.
#include "fuzz/device.h"
#include "fuzz/script.h"

using namespace wa;

namespace {

constexpr int kPartsMax = 16;

template <class T>
const T* pick(const std::vector<T>& from, std::uint8_t which) {  // from the newest
  return from.empty() ? nullptr : &from[from.size() - 1 - which % from.size()];
}

void answer(fuzz::Device& device, fuzz::Script part, bool error) {
  const fuzz::Owed* owed = pick(device.owed(), part.byte());
  if (!owed) return;
  const fuzz::Owed known = *owed;
  if (error) return device.answer(known, nullptr, static_cast<int>(part.number()));
  const auto child = wire::decode_node(part.rest());
  device.answer(known, child.ok() ? &*child : nullptr, 0);
}

void message(fuzz::Device& device, fuzz::Script part) {
  const auto from = static_cast<fuzz::From>(part.byte() % fuzz::kFroms);
  const std::uint8_t bits = part.byte();
  device.message(from, part.rest(), {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0});
}

void request(fuzz::Device& device, fuzz::Script part) {
  std::string method = part.line(), target = part.line();
  device.request(std::move(method), std::move(target), to_string(part.rest()));
}

void result(fuzz::Device& device, fuzz::Script part) {
  const PostWebhook* post = pick(device.posts(), part.byte());
  const int status = static_cast<int>(part.number() % 600);
  if (post) device.feed(gateway::WebhookDone{post->delivery, status, part.empty() ? -1 : std::int64_t{part.byte()} * 100});
}

void fetched(fuzz::Device& device, fuzz::Script part) {
  const Fetch* fetch = pick(device.fetches(), part.byte());
  const int status = static_cast<int>(part.number() % 600);
  if (fetch) device.feed(gateway::Fetched{fetch->fetch, status == 200, status, to_bytes(part.rest())});
}

void play(fuzz::Device& device, std::uint8_t kind, ByteView bytes) {
  fuzz::Script part(bytes);
  switch (kind % 12) {
    case 0: return device.stanza_bytes(bytes);
    case 1: return answer(device, part, false);
    case 2: return answer(device, part, true);
    case 3: return message(device, part);
    case 4: return device.pass(std::int64_t{part.number()} * 50);
    case 5: return request(device, part);
    case 6: return result(device, part);
    case 7: return fetched(device, part);
    case 8: return device.feed(gateway::Closed{device.connection()});
    case 9: return device.restart();
    case 10: return device.lose_next_commit();
    default: return device.feed(gateway::Received{device.connection(), to_bytes(bytes)});
  }
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 8192) return;
  fuzz::Script script(input);
  fuzz::Device device;
  for (int i = 0; i < kPartsMax && !script.empty(); ++i) {
    const std::uint8_t kind = script.byte();
    play(device, kind, script.part());
  }
  device.finish();
}
