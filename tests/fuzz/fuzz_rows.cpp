// Rows that say something else than what was written: any bytes in any table. Opening the store and everything after it gives an
// error or a default. A part: which row (or a new one), how it is changed, its length in two bytes, and so many bytes.
#include "fuzz/device.h"
#include "fuzz/script.h"

using namespace wa;

namespace {

constexpr int kPartsMax = 4;
constexpr const char* kReads[] = {"/status", "/calls", "/calls/settings", "/chats", "/webhook", "/webhook/failed", "/contacts",
                                  "/app-state", "/events", "/labels"};

// The row of this number, in the order of the keys.
store::Key row_of(const store::MemoryStore& rows, std::size_t number) {
  auto it = rows.rows().begin();
  std::advance(it, static_cast<std::ptrdiff_t>(number % rows.size()));
  return it->first;
}

void change(store::MemoryStore& rows, fuzz::Script& script) {
  store::Key key = row_of(rows, script.number());
  Bytes value = rows.rows().at(key);
  const std::uint8_t how = script.byte();
  const ByteView bytes = script.part();
  switch (how % 5) {
    case 0: value = to_bytes(bytes); break;
    case 1: value.resize(std::min(value.size(), bytes.size())); break;
    case 2:
      for (std::size_t i = 0; i < bytes.size() && i < value.size(); ++i) value[i] ^= bytes[i];
      break;
    case 3: value.insert(value.end(), bytes.begin(), bytes.end()); break;
    default: key = {static_cast<store::Table>(1 + how / 5 % 28), to_string(bytes.first(bytes.size() / 2))};
             value = to_bytes(bytes.subspan(bytes.size() / 2));
  }
  store::WriteBatch batch;
  batch.writes[key] = std::move(value);
  rows.apply(batch);
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 2048) return;
  fuzz::Script script(input);
  store::MemoryStore rows = fuzz::Device::rows();
  for (int i = 0; i < kPartsMax && !script.empty(); ++i) change(rows, script);
  fuzz::Device device(std::move(rows));
  const Bytes text = {0x0a, 0x02, 'h', 'i'};
  for (std::size_t from = 0; from < fuzz::kFroms; ++from) device.message(static_cast<fuzz::From>(from), text);
  device.message(fuzz::From::contact, text, {false, true, false, false, false});
  for (const char* target : kReads) device.request("GET", target, {});
  device.request("POST", "/send/text", R"({"number":"5511888888888","text":"x"})");
  device.request("POST", "/chats/5511888888888/archive", R"({"archived":false})");
  device.restart();
  device.finish();
}
