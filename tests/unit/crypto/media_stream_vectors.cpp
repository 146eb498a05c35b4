#include "crypto/media_stream.h"

#include "crypto/hash.h"
#include "media/facts.h"
#include "media/sticker.h"
#include "support/vectors.h"

using namespace wa;
using test::hex_field;

namespace {

using Vector = nlohmann::json;

Bytes pattern_of(const Vector& vector) {
  const auto& pattern = vector["plaintext_pattern"];
  const auto length = pattern["length"].get<std::size_t>(), a = pattern["a"].get<std::size_t>(),
             b = pattern["b"].get<std::size_t>();
  Bytes out(length);
  for (std::size_t i = 0; i < length; ++i) out[i] = static_cast<std::uint8_t>(a * i + (i >> 8) + b);
  return out;
}

crypto::SealOptions options_of(const Vector& vector) {
  crypto::SealOptions options;
  options.sidecar = vector.contains("sidecar");
  if (vector.contains("first_frame_length"))
    options.first_frame_length = vector["first_frame_length"].get<std::uint64_t>();
  return options;
}

struct Sealed {
  Bytes file;
  crypto::SealedMedia facts;
};

Sealed seal_in_pieces(const Vector& vector, ByteView plain, std::size_t piece) {
  crypto::MediaSealer sealer(hex_field(vector, "media_key"), vector["info"].get<std::string>(), options_of(vector));
  Sealed out;
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    append(out.file, sealer.feed(plain.subspan(at, std::min(piece, plain.size() - at))));
  }
  out.facts = sealer.finish();
  append(out.file, out.facts.last);
  return out;
}

Result<Bytes> open_in_pieces(const crypto::MediaFile& reference, const std::string& info, ByteView file,
                             std::size_t piece) {
  crypto::MediaOpener opener(reference, info);
  Bytes out;
  for (std::size_t at = 0; at < file.size(); at += piece)
    append(out, opener.feed(file.subspan(at, std::min(piece, file.size() - at))));
  WA_TRY(const crypto::OpenedMedia done, opener.finish());
  append(out, done.last);
  if (done.size != out.size() || !equal(done.sha256, crypto::sha256(out)))
    return {Errc::mismatch, "facts differ from the file"};
  return out;
}

// Every way to cut the file gives the vector's file and facts, and every way to cut that gives the plaintext.
std::string seal_and_open(const Vector& vector) {
  const Bytes plain = pattern_of(vector);
  const auto facts_agree = [&](const crypto::SealedMedia& facts) {
    return facts.size == plain.size() && facts.sealed_size == vector["file_length"].get<std::uint64_t>() &&
           facts.sealed_size == crypto::sealed_size_of(plain.size()) &&
           equal(facts.sha256, hex_field(vector, "file_sha256")) &&
           equal(facts.enc_sha256, hex_field(vector, "file_enc_sha256"));
  };
  for (const std::size_t piece : {1u, 7u, 16u, 4096u, 65537u, 1u << 20}) {
    const Sealed sealed = seal_in_pieces(vector, plain, piece);
    if (!facts_agree(sealed.facts)) return "facts of pieces of " + std::to_string(piece);
    if (vector.contains("file") && sealed.file != hex_field(vector, "file")) return "file";
    if (vector.contains("mac") && !equal(ByteView(sealed.file).last(10), hex_field(vector, "mac"))) return "mac";
    if (vector.contains("sidecar") && sealed.facts.sidecar != hex_field(vector, "sidecar")) return "sidecar";
    if (vector.contains("first_frame_sidecar") &&
        sealed.facts.first_frame_sidecar != hex_field(vector, "first_frame_sidecar")) {
      return "first frame sidecar";
    }
    const crypto::MediaFile reference{hex_field(vector, "media_key"), hex_field(vector, "file_sha256"),
                                      hex_field(vector, "file_enc_sha256"), plain.size()};
    const auto opened = open_in_pieces(reference, vector["info"].get<std::string>(), sealed.file, piece);
    if (!opened.ok()) return opened.error().detail;
    if (*opened != plain) return "opened";
  }
  crypto::MediaDigest digest;
  digest.feed(plain);
  if (digest.size() != plain.size() || !equal(digest.finish(), hex_field(vector, "file_sha256"))) return "digest";
  return "";
}

std::string refuse(const Vector& vector) {
  crypto::MediaFile reference{hex_field(vector, "media_key"), {}, {}, 0};
  if (vector.contains("expected_file_sha256")) reference.file_sha256 = hex_field(vector, "expected_file_sha256");
  const Bytes file = hex_field(vector, "file");
  for (const std::size_t piece : {1u, 10u, 4096u}) {
    if (open_in_pieces(reference, "WhatsApp Document Keys", file, piece).ok())
      return "opened in pieces of " + std::to_string(piece);
  }
  return "";
}

std::string open_range(const Vector& vector, const Vector& whole) {
  const Bytes file = seal_in_pieces(whole, pattern_of(whole), 65536).file, media_key = hex_field(vector, "media_key");
  const auto from = vector["plain_from"].get<std::uint64_t>(), to = vector["plain_to"].get<std::uint64_t>();
  const crypto::MediaRange range = crypto::media_range(from, to);
  if (range.file_from != vector["file_from"] || range.file_to != vector["file_to"]) return "bytes to fetch";
  if (range.first_window != vector["sidecar_windows"][0] || range.last_window != vector["sidecar_windows"][1])
    return "windows";
  const std::string info = whole["info"].get<std::string>();
  const auto opened = crypto::open_media_range(
      media_key, info, from, to, ByteView(file).subspan(range.file_from, range.file_to - range.file_from));
  if (!opened.ok() || *opened != hex_field(vector, "plaintext")) return "plaintext";
  const crypto::MediaKeys keys = crypto::expand_media_key(media_key, info);
  Bytes stream = to_bytes(keys.iv);
  append(stream, file);
  for (std::uint64_t window = range.first_window; window <= range.last_window; ++window) {
    const std::size_t at = window * crypto::kSidecarWindow;
    Bytes bytes =
        to_bytes(ByteView(stream).subspan(at, std::min<std::size_t>(crypto::kSidecarWindow + 16, stream.size() - at)));
    if (!crypto::sidecar_vouches(keys.mac_key, hex_field(whole, "sidecar"), window, bytes))
      return "window is not vouched for";
    bytes[20] ^= 1;
    if (crypto::sidecar_vouches(keys.mac_key, hex_field(whole, "sidecar"), window, bytes))
      return "a changed window is vouched for";
  }
  return "";
}

std::string first_frame(const Vector& vector) {
  const media::MediaFacts facts = media::read_media_facts(hex_field(vector, "file"));
  if (facts.mimetype != "image/webp" || facts.animated != vector["animated"].get<bool>()) return "another kind";
  const std::uint64_t length =
      vector["first_frame_length"].is_null() ? 0 : vector["first_frame_length"].get<std::uint64_t>();
  return facts.first_frame_length == length ? "" : "length " + std::to_string(facts.first_frame_length);
}

std::string sticker_exif(const Vector& vector) {
  const auto json = Vector::parse(vector["json"].get<std::string>());
  media::StickerPack pack{json["sticker-pack-id"], json["sticker-pack-name"], json["sticker-pack-publisher"], {}};
  for (const auto& emoji : json["emojis"]) pack.emojis.push_back(emoji);
  return media::build_sticker_exif(pack) == hex_field(vector, "exif_chunk_payload") ? "" : "another chunk";
}

}  // namespace

WA_VECTORS("media_stream.json", file, report) {
  for (const auto& vector : file["vectors"]) {
    const std::string name = vector["name"], kind = vector["kind"];
    std::string why = "unknown kind";
    if (kind == "encrypt") why = seal_and_open(vector);
    if (kind == "reject") why = refuse(vector);
    if (kind == "range") {
      why = "its file is missing";
      for (const auto& other : file["vectors"]) {
        if (other["name"] == vector["of"]) why = open_range(vector, other);
      }
    }
    if (kind == "webp_first_frame") why = first_frame(vector);
    if (kind == "sticker_exif") why = sticker_exif(vector);
    report.check(name, why.empty(), why);
  }
}
