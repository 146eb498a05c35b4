// tested by sim/sim_test.cpp
#include "sim/world/file_host.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/media_stream.h"

namespace wa::sim {
namespace {

FileDone failed(FileJob job, FileFault fault, int status = 0, std::int64_t retry_after_ms = -1) {
  return {job, fault, status, retry_after_ms, {}};
}

bool begins(ByteView bytes, std::string_view with) {
  return bytes.size() >= with.size() && text_of(bytes.first(with.size())) == with;
}

std::string type_of(ByteView bytes) {
  if (begins(bytes, "\xff\xd8\xff")) return "image/jpeg";
  if (begins(bytes, "\x89PNG")) return "image/png";
  if (begins(bytes, "RIFF") && bytes.size() > 12 && text_of(bytes.subspan(8, 4)) == "WEBP") return "image/webp";
  if (bytes.size() > 8 && text_of(bytes.subspan(4, 4)) == "ftyp") return "video/mp4";
  if (begins(bytes, "OggS")) return "audio/ogg; codecs=opus";
  if (begins(bytes, "ID3")) return "audio/mpeg";
  if (begins(bytes, "%PDF")) return "application/pdf";
  return {};
}

}  // namespace

const Bytes* FileHost::find(FileId file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? nullptr : &found->second;
}

void FileHost::put(FileId file, Bytes bytes) {
  files_[file] = std::move(bytes);
  if (files_.size() > most_) most_ = files_.size();
}

std::optional<FileDone> FileHost::stumble(FileJob job) {
  if (fault_percent == 0 || !random_.chance(fault_percent)) return std::nullopt;
  ++faults;
  constexpr FileFault kFaults[] = {FileFault::unsupported, FileFault::unreachable, FileFault::timeout,
                                   FileFault::http_status, FileFault::no_room,     FileFault::broken,
                                   FileFault::missing,     FileFault::unreadable,  FileFault::too_large,
                                   FileFault::forbidden};
  const FileFault fault = kFaults[random_.below(std::size(kFaults))];
  constexpr int kStatuses[] = {404, 410, 403, 429, 500, 503};
  return failed(job, fault, fault == FileFault::http_status ? kStatuses[random_.below(std::size(kStatuses))] : 0);
}

FileDone FileHost::work(const FetchUrl& fetch) {
  if (auto fault = stumble(fetch.job)) return *fault;
  const auto found = urls.find(fetch.url);
  if (found == urls.end() || found->second.status == 0) return failed(fetch.job, FileFault::unreachable);
  const UrlContent& content = found->second;
  if (content.status != 200) return failed(fetch.job, FileFault::http_status, content.status);
  if (content.bytes.size() > fetch.bytes_max) return failed(fetch.job, FileFault::too_large);
  put(fetch.into, content.bytes);
  const FileStored stored{content.bytes.size(), to_bytes(crypto::sha256(content.bytes)), content.content_type,
                          content.file_name};
  return {fetch.job, FileFault::none, 0, -1, stored};
}

FileDone FileHost::work(const SealFile& seal) {
  if (auto fault = stumble(seal.job)) return *fault;
  const Bytes* plain = find(seal.from);
  if (!plain) return failed(seal.job, FileFault::missing);
  FileSealed out;
  if (seal.media_key.empty()) {
    out.size = plain->size();
    out.sha256 = to_bytes(crypto::sha256(*plain));
    return {seal.job, FileFault::none, 0, -1, std::move(out)};
  }
  crypto::MediaSealer sealer(seal.media_key, seal.info, {seal.sidecar, seal.first_frame_length});
  Bytes sealed = to_bytes(sealer.feed(*plain));
  crypto::SealedMedia result = sealer.finish();
  append(sealed, result.last);
  out.size = result.size;
  out.sealed_size = result.sealed_size;
  out.sha256 = to_bytes(result.sha256);
  out.enc_sha256 = to_bytes(result.enc_sha256);
  out.sidecar = std::move(result.sidecar);
  out.first_frame_sidecar = std::move(result.first_frame_sidecar);
  put(seal.into, std::move(sealed));
  return {seal.job, FileFault::none, 0, -1, std::move(out)};
}

FileDone FileHost::work(const UploadFile& upload) {
  if (auto fault = stumble(upload.job)) return *fault;
  const Bytes* file = find(upload.file);
  if (!file || upload.offset > file->size()) return failed(upload.job, FileFault::missing);
  const ByteView body = upload.check ? ByteView() : ByteView(*file).subspan(static_cast<std::size_t>(upload.offset));
  MediaAnswer answer = network_.upload(upload.path, body, upload.host);
  if (answer.status == 0) return failed(upload.job, FileFault::unreachable);
  return {upload.job, FileFault::none, 0, -1,
          FileAnswered{answer.status, answer.retry_after_ms, to_string(answer.body)}};
}

FileDone FileHost::work(const DownloadFile& download) {
  if (auto fault = stumble(download.job)) return *fault;
  const MediaAnswer answer = network_.media(download.path, download.host);
  if (answer.status == 0) return failed(download.job, FileFault::unreachable);
  if (answer.status != 200) return failed(download.job, FileFault::http_status, answer.status, answer.retry_after_ms);
  const crypto::MediaFile about{download.media_key, download.sha256, download.enc_sha256, 0};
  auto plain = crypto::media_decrypt(about, download.info, answer.body);
  if (!plain) return failed(download.job, FileFault::broken);
  if (plain->size() > download.bytes_max) return failed(download.job, FileFault::too_large);
  FileStored stored{plain->size(), to_bytes(crypto::sha256(*plain)), {}, {}};
  put(download.into, *std::move(plain));
  return {download.job, FileFault::none, 0, -1, std::move(stored)};
}

FileDone FileHost::work(const InspectFile& inspect) {
  if (!has_tools) return failed(inspect.job, FileFault::unsupported);
  if (auto fault = stumble(inspect.job)) return *fault;
  const Bytes* file = find(inspect.file);
  if (!file) return failed(inspect.job, FileFault::missing);
  FileInspected out;
  out.mimetype = type_of(*file);
  const bool picture = out.mimetype.substr(0, 6) == "image/" || out.mimetype == "video/mp4";
  if (picture) out.width = 640, out.height = 480;
  if (out.mimetype.substr(0, 6) == "audio/" || out.mimetype == "video/mp4") out.seconds = 7;
  if (inspect.thumbnail && picture) out.thumbnail = to_bytes(view("\xff\xd8\xff small"));
  if (inspect.kind == "voice") out.waveform = Bytes(64, 50);
  if (inspect.convert && inspect.into != 0 && inspect.kind == "image" && out.mimetype == "image/png") {
    Bytes jpeg = concat({view("\xff\xd8\xff"), ByteView(*file)});
    out.mimetype = "image/jpeg";
    out.converted = true;
    out.size = jpeg.size();
    put(inspect.into, std::move(jpeg));
  }
  return {inspect.job, FileFault::none, 0, -1, std::move(out)};
}

}  // namespace wa::sim
