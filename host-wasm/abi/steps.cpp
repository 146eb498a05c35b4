#include "abi/steps.h"

namespace wa::wasm {
namespace {

using gateway::Input;

Input read_request(ByteIn& in) {
  gateway::ApiRequest out;
  out.request = in.u64();
  out.method = in.text();
  out.target = in.text();
  out.authorization = in.text();
  out.content_type = in.text();
  out.body = in.text();
  out.device_id = in.text();
  out.idempotency_key = in.text();
  out.prefer = in.text();
  out.range = in.text();
  out.if_none_match = in.text();
  for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) {
    gateway::GivenFile file;
    file.member = in.text();
    file.file = in.u64();
    file.size = in.u64();
    file.file_name = in.text();
    file.content_type = in.text();
    out.files.push_back(std::move(file));
  }
  out.form = in.flag();
  return out;
}

Input read_fetched(ByteIn& in) {
  gateway::Fetched out;
  out.fetch = in.u32();
  out.ok = in.flag();
  out.status = in.i32();
  out.body = in.bytes();
  return out;
}

Input read_received(ByteIn& in) {
  gateway::Received out;
  out.connection = in.u32();
  out.bytes = in.bytes();
  return out;
}

Input read_webhook_done(ByteIn& in) {
  gateway::WebhookDone out;
  out.delivery = in.u64();
  out.status = in.i32();
  out.retry_after_ms = in.i64();
  return out;
}

FileResult read_file_result(ByteIn& in) {
  switch (in.u8()) {
    case 1: return FileStored{in.u64(), in.bytes(), in.text(), in.text()};
    case 2: return FileSealed{in.u64(), in.u64(), in.bytes(), in.bytes(), in.bytes(), in.bytes()};
    case 3: return FileAnswered{in.i32(), in.i64(), in.text()};
    case 4: {
      FileInspected out;
      out.mimetype = in.text();
      out.width = in.u32();
      out.height = in.u32();
      out.seconds = in.u32();
      out.pages = in.u32();
      out.animated = in.flag();
      out.first_frame_length = in.u64();
      out.thumbnail = in.bytes();
      out.waveform = in.bytes();
      out.converted = in.flag();
      out.size = in.u64();
      for (std::uint32_t left = in.u32(); left > 0 && in.ok(); --left) out.warnings.push_back(in.text());
      return out;
    }
    default: return std::monostate();
  }
}
static_assert(std::variant_size_v<FileResult> == 5);

Input read_file_done(ByteIn& in) {
  gateway::FileDone out;
  out.job = in.u64();
  out.fault = static_cast<FileFault>(in.u8());
  out.status = in.i32();
  out.retry_after_ms = in.i64();
  out.result = read_file_result(in);
  return out;
}

std::optional<Input> read_kind(ByteIn& in) {
  switch (in.u8()) {
    case 0: return gateway::Opened{in.u32()};
    case 1: return read_received(in);
    case 2: return gateway::Closed{in.u32()};
    case 3: return read_fetched(in);
    case 4: return read_request(in);
    case 5: return read_webhook_done(in);
    case 6: return gateway::Tick{};
    case 7: return read_file_done(in);
    default: return std::nullopt;
  }
}
static_assert(std::variant_size_v<Input> == 8);

struct EffectWriter {
  ByteOut& out;

  void operator()(const Connect& effect) const { out.u32(effect.connection); }
  void operator()(const Send& effect) const {
    out.u32(effect.connection);
    out.bytes(effect.bytes);
  }
  void operator()(const Disconnect& effect) const { out.u32(effect.connection); }
  void operator()(const Fetch& effect) const {
    out.u32(effect.fetch);
    out.u32(effect.hosts.size());
    for (const std::string& host : effect.hosts) out.text(host);
    out.text(effect.path);
    out.u32(effect.bytes_max);
  }
  void operator()(const Reply& effect) const {
    out.u64(effect.request);
    out.i32(effect.status);
    headers(effect.headers);
    out.text(effect.body);
  }
  void operator()(const PostWebhook& effect) const {
    out.u64(effect.delivery);
    out.text(effect.url);
    headers(effect.headers);
    out.text(effect.body);
    out.i64(effect.timeout_ms);
  }
  void operator()(const DeviceStatus& effect) const {
    out.flag(effect.connected);
    out.flag(effect.paired);
    out.text(effect.jid);
    out.i64(effect.last_seen_ms);
    out.text(effect.webhook_url);
  }
  void operator()(const Log& effect) const {
    out.u8(static_cast<std::uint8_t>(effect.level));
    out.text(effect.text);
    out.i64(effect.number);
  }
  void operator()(const Removed&) const {}
  void operator()(const Trace& effect) const {
    out.flag(effect.sent);
    out.bytes(effect.node);
  }

  void operator()(const WriteFile& effect) const {
    out.u64(effect.file);
    out.bytes(effect.bytes);
  }
  void operator()(const FetchUrl& effect) const {
    out.u64(effect.job);
    out.u64(effect.into);
    out.text(effect.url);
    out.u64(effect.bytes_max);
    out.i64(effect.timeout_ms);
  }
  void operator()(const SealFile& effect) const {
    out.u64(effect.job);
    out.u64(effect.from);
    out.u64(effect.into);
    out.bytes(effect.media_key);
    out.text(effect.info);
    out.flag(effect.sidecar);
    out.u64(effect.first_frame_length);
  }
  void operator()(const UploadFile& effect) const {
    out.u64(effect.job);
    out.u64(effect.file);
    out.text(effect.host);
    out.text(effect.path);
    out.u64(effect.offset);
    out.flag(effect.check);
  }
  void operator()(const DownloadFile& effect) const {
    out.u64(effect.job);
    out.u64(effect.into);
    out.text(effect.host);
    out.text(effect.path);
    out.bytes(effect.media_key);
    out.text(effect.info);
    out.bytes(effect.enc_sha256);
    out.bytes(effect.sha256);
    out.u64(effect.bytes_max);
  }
  void operator()(const InspectFile& effect) const {
    out.u64(effect.job);
    out.u64(effect.file);
    out.u64(effect.into);
    out.text(effect.kind);
    out.flag(effect.thumbnail);
    out.flag(effect.convert);
  }
  void operator()(const ReplyFile& effect) const {
    out.u64(effect.request);
    out.i32(effect.status);
    headers(effect.headers);
    out.u64(effect.file);
    out.u64(effect.offset);
    out.u64(effect.count);
  }
  void operator()(const DropFile& effect) const { out.u64(effect.file); }

  void headers(const std::vector<std::pair<std::string, std::string>>& list) const {
    out.u32(list.size());
    for (const auto& header : list) {
      out.text(header.first);
      out.text(header.second);
    }
  }
};

}  // namespace

std::optional<Input> read_input(ByteView bytes) {
  ByteIn in(bytes);
  auto input = read_kind(in);
  if (!in.done()) return std::nullopt;
  return input;
}

Bytes write_step(gateway::Step step) {
  ByteOut out;
  out.u32(step.writes.writes.size());
  for (const auto& write : step.writes.writes) {
    out.u8(static_cast<std::uint8_t>(write.first.table));
    out.text(write.first.id);
    out.flag(write.second.has_value());
    if (write.second) out.bytes(*write.second);
  }
  out.u32(step.effects.size());
  for (const Effect& effect : step.effects) {
    out.u8(static_cast<std::uint8_t>(effect.index()));
    std::visit(EffectWriter{out}, effect);
  }
  out.wake(step.wake);
  return out.take();
}

}  // namespace wa::wasm
