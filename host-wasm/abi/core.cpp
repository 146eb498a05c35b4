// The exports of core.wasm; abi.h is the contract.
#include <cstdlib>
#include <map>
#include <memory>

#include "abi/abi.h"
#include "abi/codec.h"
#include "abi/config.h"
#include "abi/steps.h"
#include "gateway/gateway.h"

namespace wa::wasm {
namespace {

// The rows of one device, read through the host. Writes never go this way.
class HostStore final : public store::StoreView {
 public:
  explicit HostStore(std::uint32_t number) : number_(number) {}

  std::optional<Bytes> get(const store::Key& key) const noexcept override {
    void* found = wa_get(number_, static_cast<std::uint32_t>(key.table), key.id.data(),
                         static_cast<std::uint32_t>(key.id.size()));
    if (!found) return std::nullopt;
    const auto* bytes = static_cast<const std::uint8_t*>(found);
    const std::size_t size = ByteIn({bytes, 4}).u32();
    Bytes out(bytes + 4, bytes + 4 + size);
    std::free(found);
    return out;
  }

  std::vector<store::Row> scan(store::Table table, std::string_view from, std::size_t limit) const noexcept override {
    std::vector<store::Row> rows;
    const std::size_t most = limit < UINT32_MAX ? limit : UINT32_MAX;
    void* found = wa_scan(number_, static_cast<std::uint32_t>(table), from.data(), static_cast<std::uint32_t>(from.size()),
                          static_cast<std::uint32_t>(most));
    if (!found) return rows;
    ByteIn in({static_cast<const std::uint8_t*>(found), SIZE_MAX / 2});  // the host wrote it: its lengths hold
    for (std::uint32_t left = in.u32(); left > 0; --left) {
      std::string id = in.text();
      rows.push_back({std::move(id), in.bytes()});
    }
    std::free(found);
    return rows;
  }

 private:
  std::uint32_t number_;
};

struct HostRandom final : Random {
  void fill(std::span<std::uint8_t> out) noexcept override { wa_random(out.data(), static_cast<std::uint32_t>(out.size())); }
};

struct Device {
  explicit Device(std::uint32_t store_number) : rows(store_number) {}
  HostStore rows;
  HostRandom random;
  std::unique_ptr<gateway::Gateway> gateway;
};

std::map<std::uint32_t, std::unique_ptr<Device>>& devices() {
  static std::map<std::uint32_t, std::unique_ptr<Device>> all;
  return all;
}

const void* refuse(const char* code, const char* text) {
  ByteOut out;
  out.flag(false);
  out.text(code);
  out.text(text);
  return answer(out.take());
}

const char* code_of(Errc code) {
  if (code == Errc::corrupt_store) return "corrupt_store";
  return code == Errc::store_failed ? "store_failed" : "open_failed";
}

}  // namespace

WA_EXPORT(wa_alloc) void* wa_alloc(std::uint32_t size) { return std::malloc(size); }
WA_EXPORT(wa_free) void wa_free(void* memory) { std::free(memory); }

WA_EXPORT(wa_version) const void* wa_version() {
  ByteOut out;
  out.text(WA_VERSION);
  return answer(out.take());
}

WA_EXPORT(wa_open) const void* wa_open(std::uint32_t store, const char* config, std::uint32_t size, double mono, double wall) {
  static std::uint32_t last = 0;
  auto parsed = parse_config({config, size});
  if (!parsed.ok()) return refuse("invalid_config", parsed.error().detail);
  auto device = std::make_unique<Device>(store);
  auto opened = gateway::Gateway::open(*std::move(parsed), device->rows, device->random, now_of(mono, wall));
  if (!opened.ok()) return refuse(code_of(opened.error().code), opened.error().detail);
  device->gateway = *std::move(opened);
  devices()[++last] = std::move(device);
  ByteOut out;
  out.flag(true);
  out.u32(last);
  return answer(out.take());
}

WA_EXPORT(wa_handle)
const void* wa_handle(std::uint32_t number, const std::uint8_t* in, std::uint32_t size, double mono, double wall) {
  const auto found = devices().find(number);
  if (found == devices().end()) return nullptr;
  auto input = read_input({in, size});
  if (!input) return nullptr;
  return answer(write_step(found->second->gateway->handle(*std::move(input), now_of(mono, wall))));
}

WA_EXPORT(wa_drop) void wa_drop(std::uint32_t number) { devices().erase(number); }

}  // namespace wa::wasm
