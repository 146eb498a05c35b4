// The exports of core.wasm that work on files (abi.h): the host has the bytes, and passes them through here piece by
// piece.
#include <map>
#include <memory>
#include <variant>

#include "abi/abi.h"
#include "abi/codec.h"
#include "crypto/media_stream.h"
#include "media/facts.h"

namespace wa::wasm {
namespace {

using Work = std::variant<crypto::MediaSealer, crypto::MediaOpener, crypto::MediaDigest, media::FactsReader>;

struct Works {
  std::map<std::uint32_t, Work> all;
  std::uint32_t last = 0;
};
Works& works() {
  static Works all;
  return all;
}

std::uint32_t keep(Work work) {
  works().all.emplace(++works().last, std::move(work));
  return works().last;
}

template <class Kind>
Kind* find(std::uint32_t number) {
  const auto found = works().all.find(number);
  return found == works().all.end() ? nullptr : std::get_if<Kind>(&found->second);
}

const void* answer_bytes(ByteView bytes) {
  ByteOut out;
  out.bytes(bytes);
  return answer(out.take());
}

// A plain file is opened by a digest, whose hash the host compares.
struct Feed {
  ByteView piece;
  ByteView operator()(crypto::MediaSealer& sealer) const { return sealer.feed(piece); }
  ByteView operator()(crypto::MediaOpener& opener) const { return opener.feed(piece); }
  ByteView operator()(crypto::MediaDigest& digest) const {
    digest.feed(piece);
    return {};
  }
  ByteView operator()(media::FactsReader& reader) const {
    reader.give(piece);
    return {};
  }
};

}  // namespace

WA_EXPORT(wa_seal) std::uint32_t wa_seal(const std::uint8_t* in, std::uint32_t size) {
  ByteIn args({in, size});
  const Bytes media_key = args.bytes();
  const std::string info = args.text();
  crypto::SealOptions options;
  options.sidecar = args.flag();
  options.first_frame_length = args.u64();
  if (!args.done()) return 0;
  return media_key.empty() ? keep(crypto::MediaDigest()) : keep(crypto::MediaSealer(media_key, info, options));
}

WA_EXPORT(wa_unseal) std::uint32_t wa_unseal(const std::uint8_t* in, std::uint32_t size) {
  ByteIn args({in, size});
  crypto::MediaFile file;
  file.media_key = args.bytes();
  const std::string info = args.text();
  file.file_enc_sha256 = args.bytes();
  file.file_sha256 = args.bytes();
  return args.done() && !file.media_key.empty() ? keep(crypto::MediaOpener(file, info)) : 0;
}

WA_EXPORT(wa_feed) const void* wa_feed(std::uint32_t number, const std::uint8_t* piece, std::uint32_t size) {
  const auto found = works().all.find(number);
  if (found == works().all.end()) return nullptr;
  return answer_bytes(std::visit(Feed{{piece, size}}, found->second));
}

WA_EXPORT(wa_sealed) const void* wa_sealed(std::uint32_t number) {
  ByteOut out;
  if (auto* sealer = find<crypto::MediaSealer>(number)) {
    const crypto::SealedMedia done = sealer->finish();
    out.bytes(done.last);
    out.u64(done.size);
    out.u64(done.sealed_size);
    out.bytes(done.sha256);
    out.bytes(done.enc_sha256);
    out.bytes(done.sidecar);
    out.bytes(done.first_frame_sidecar);
  } else if (auto* digest = find<crypto::MediaDigest>(number)) {
    out.bytes({});
    out.u64(digest->size());
    out.u64(digest->size());
    out.bytes(digest->finish());
    for (int i = 0; i < 3; ++i) out.bytes({});
  } else {
    return nullptr;
  }
  works().all.erase(number);
  return answer(out.take());
}

WA_EXPORT(wa_unsealed) const void* wa_unsealed(std::uint32_t number) {
  auto* opener = find<crypto::MediaOpener>(number);
  if (!opener) return nullptr;
  ByteOut out;
  const auto done = opener->finish();
  out.flag(done.ok());
  if (done.ok()) {
    out.bytes(done->last);
    out.u64(done->size);
    out.bytes(done->sha256);
  }
  works().all.erase(number);
  return answer(out.take());
}

WA_EXPORT(wa_facts) std::uint32_t wa_facts(double size) {
  return keep(media::FactsReader(static_cast<std::uint64_t>(size)));
}

WA_EXPORT(wa_facts_next) const void* wa_facts_next(std::uint32_t number) {
  auto* reader = find<media::FactsReader>(number);
  if (!reader) return nullptr;
  ByteOut out;
  out.flag(reader->wanted().has_value());
  if (reader->wanted()) {
    out.u64(reader->wanted()->offset);
    out.u32(reader->wanted()->count);
    return answer(out.take());
  }
  const media::MediaFacts& facts = reader->facts();
  out.text(facts.mimetype);
  out.u32(facts.width);
  out.u32(facts.height);
  out.u32(media::seconds_of(facts));
  out.flag(facts.animated);
  out.u64(facts.first_frame_length);
  out.flag(media::is_voice_note(facts));
  works().all.erase(number);
  return answer(out.take());
}

WA_EXPORT(wa_forget) void wa_forget(std::uint32_t number) { works().all.erase(number); }

}  // namespace wa::wasm
