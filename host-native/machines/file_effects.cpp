// tested by native/machines/file_effects_test.cpp
#include "machines/file_effects.h"

#include <boost/asio/defer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "crypto/media_stream.h"
#include "net/webhook_client.h"
#include "system/os_clock.h"

namespace wa::native {

namespace asio = boost::asio;
using gateway::FileDone;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kTransfersMax = 48, kTransfersOfTenantMax = 12;
constexpr int kRedirectsMax = 3;
constexpr std::size_t kAnswerBytesMax = 64u << 10;
constexpr milliseconds kProgress{30'000}, kTransferMin{60'000};
constexpr std::uint64_t kSlowestBytesPerMs = 16;   // on the whole; slower is as good as nothing
constexpr std::uint64_t kSealedMoreMax = 16 + crypto::kMediaMacBytes;

FileFault fault_of(const TransferEnd& end) {
  if (end.too_large) return FileFault::too_large;
  if (end.timeout) return FileFault::timeout;
  if (end.fault == WebhookFault::address_not_allowed) return FileFault::forbidden;
  return FileFault::unreachable;
}

bool redirects(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

steady_clock::time_point whole_time(std::uint64_t bytes) {
  return steady_clock::now() + kTransferMin +
         milliseconds(static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, 1ull << 40) / kSlowestBytesPerMs));
}

std::vector<std::pair<std::string, std::string>> web_client_headers() {
  return {{"Origin", "https://web.whatsapp.com"}, {"Referer", "https://web.whatsapp.com/"}};
}

void note_status(FileDone& result, const AnswerHead& head) {
  result.fault = FileFault::http_status;
  result.status = head.status;
  result.retry_after_ms = parse_retry_after(head.retry_after, os_now().wall);
}

asio::awaitable<void> pass() { co_await asio::defer(co_await asio::this_coro::executor, asio::use_awaitable); }

// Each piece of a file, with a break after it; false: it cannot be read, or `take` wants no more.
template <class Take>
asio::awaitable<bool> each_piece(FileHandle file, Take take) {
  const auto piece = std::make_unique<std::array<std::uint8_t, kPieceBytes>>();
  for (std::uint64_t at = 0; at < file->size();) {
    const std::span<std::uint8_t> some(
        piece->data(), static_cast<std::size_t>(std::min<std::uint64_t>(file->size() - at, kPieceBytes)));
    if (!file->read(at, some) || !take(ByteView(some))) co_return false;
    at += some.size();
    co_await pass();
  }
  co_return true;
}

}  // namespace

FileEffects::FileEffects(Config config)
    : config_(std::move(config)),
      transfers_(config_.io, "file.transfer_failed", kTransfersMax, kTransfersOfTenantMax,
                 [this](Job& job) { return run(job); }),
      seals_(config_.io, "file.seal_failed", std::max(2u, config_.threads), std::max(1u, config_.threads / 2),
             [this](Job& job) { return run(job); }) {}

void FileEffects::write(const Shelf& shelf, const WriteFile& order) {
  FileFault fault = FileFault::none;
  FileHandle file = keep_bytes(config_.room, shelf->tenant(), order.bytes, fault);
  shelf->put(order.file, std::move(file), fault);
}

void FileEffects::fetch(const Shelf& shelf, FetchUrl order, Done done) {
  const FileId into = order.into;
  FileDone result{order.job, FileFault::unreachable, 0, -1, {}};
  add(transfers_, {shelf->tenant(), std::move(order), shelf, nullptr, into, std::move(done), std::move(result)});
}

void FileEffects::seal(const Shelf& shelf, SealFile order, Done done) {
  FileDone result{order.job, FileFault::no_room, 0, -1, {}};
  FileHandle from;
  if (!find(shelf, order.from, from, result)) return done(std::move(result));
  const FileId into = order.media_key.empty() ? 0 : order.into;
  add(seals_, {shelf->tenant(), std::move(order), shelf, std::move(from), into, std::move(done), std::move(result)});
}

void FileEffects::upload(const Shelf& shelf, UploadFile order, Done done) {
  FileDone result{order.job, FileFault::unreachable, 0, -1, {}};
  FileHandle from;
  if (!find(shelf, order.file, from, result)) return done(std::move(result));
  if (order.offset > from->size()) {
    result.fault = FileFault::missing;
    return done(std::move(result));
  }
  add(transfers_, {shelf->tenant(), std::move(order), shelf, std::move(from), 0, std::move(done), std::move(result)});
}

void FileEffects::download(const Shelf& shelf, DownloadFile order, Done done) {
  const FileId into = order.into;
  FileDone result{order.job, FileFault::unreachable, 0, -1, {}};
  add(transfers_, {shelf->tenant(), std::move(order), shelf, nullptr, into, std::move(done), std::move(result)});
}

void FileEffects::inspect(const Shelf& shelf, const InspectFile& order, Done done) {
  FileDone result{order.job, FileFault::unreadable, 0, -1, {}};
  FileHandle from;
  if (!find(shelf, order.file, from, result)) return done(std::move(result));
  const FileId into = order.convert ? order.into : 0;
  if (into != 0) shelf->expect(into);
  config_.inspector.inspect({shelf->tenant(), std::move(from), order.kind, order.thumbnail, order.convert},
                            [shelf, into, done = std::move(done), result = std::move(result)](Inspected found) mutable {
                              result.fault = found.fault;
                              if (found.fault == FileFault::none) result.result = std::move(found.facts);
                              if (into != 0) shelf->came(into, std::move(found.converted));
                              done(std::move(result));
                            });
}

bool FileEffects::find(const Shelf& shelf, FileId id, FileHandle& out, FileDone& result) const {
  FileFault fault = FileFault::none;
  out = shelf->find(id, fault);
  if (!out) result.fault = fault;
  return out != nullptr;
}

void FileEffects::add(FairJobs<Job>& jobs, Job job) {
  if (job.into != 0) job.shelf->expect(job.into);
  jobs.add(std::move(job));
}

asio::awaitable<void> FileEffects::run(Job& job) {
  FileHandle made;
  std::exception_ptr failed;
  try {
    if (const auto* order = std::get_if<FetchUrl>(&job.order)) made = co_await fetch_url(job, *order);
    else if (const auto* seals = std::get_if<SealFile>(&job.order)) made = co_await seal_file(job, *seals);
    else if (const auto* uploads = std::get_if<UploadFile>(&job.order)) made = co_await upload_file(job, *uploads);
    else made = co_await download_file(job, std::get<DownloadFile>(job.order));
  } catch (const std::exception&) {
    failed = std::current_exception();
  }
  job.from.reset();
  if (job.into != 0) job.shelf->came(job.into, std::move(made));
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<FileHandle> FileEffects::fetch_url(Job& job, const FetchUrl& order) {
  const auto deadline = steady_clock::now() + milliseconds(std::max<std::int64_t>(1, order.timeout_ms));
  std::string url = order.url;
  for (int hop = 0; hop <= kRedirectsMax; ++hop) {
    auto to = Destination::of_tenant(url, config_.policy);
    if (!to) {
      job.result.fault = FileFault::forbidden;
      co_return nullptr;
    }
    const Url here = to->url();
    FileWriter writer(config_.room, job.tenant, order.bytes_max);
    crypto::MediaDigest digest;
    Transfer call{std::move(*to), job.tenant};
    call.answer_bytes_max = order.bytes_max;
    call.deadline = deadline;
    call.wanted = [](const AnswerHead& head) { return head.status == 200; };
    call.piece = [&](ByteView piece) {
      digest.feed(piece);
      return writer.append(piece) == FileFault::none;
    };
    const TransferEnd end = co_await transfer(config_.urls, call);
    if (redirects(end.head.status)) {
      const auto next = redirect_target(here, end.head.location);
      note_status(job.result, end.head);
      if (!next || hop == kRedirectsMax) co_return nullptr;
      url = *next;
      continue;
    }
    if (end.head.status != 200 && end.head.status != 0) {
      note_status(job.result, end.head);
      co_return nullptr;
    }
    FileHandle file = end.complete ? writer.finish() : nullptr;
    if (!file) {
      job.result.fault = writer.fault() != FileFault::none ? writer.fault() : fault_of(end);
      co_return nullptr;
    }
    const ByteArray<32> hash = digest.finish();
    job.result.fault = FileFault::none;
    job.result.status = 0;
    job.result.retry_after_ms = -1;
    job.result.result = FileStored{file->size(), to_bytes(ByteView(hash)), end.head.content_type,
                                   file_name_of(end.head.content_disposition, here.target)};
    co_return file;
  }
  co_return nullptr;
}

asio::awaitable<void> FileEffects::digest_file(Job& job) {
  crypto::MediaDigest digest;
  const bool whole = co_await each_piece(job.from, [&](ByteView piece) {
    digest.feed(piece);
    return true;
  });
  job.result.fault = whole ? FileFault::none : FileFault::missing;
  if (!whole) co_return;
  const ByteArray<32> hash = digest.finish();
  FileSealed facts;
  facts.size = facts.sealed_size = job.from->size();
  facts.sha256 = to_bytes(ByteView(hash));
  facts.enc_sha256 = facts.sha256;
  job.result.result = std::move(facts);
}

asio::awaitable<FileHandle> FileEffects::seal_file(Job& job, const SealFile& order) {
  if (order.media_key.empty()) {
    co_await digest_file(job);
    co_return nullptr;
  }
  crypto::MediaSealer sealer(order.media_key, order.info, {order.sidecar, order.first_frame_length});
  FileWriter writer(config_.room, job.tenant);
  const bool whole = co_await each_piece(job.from, [&](ByteView piece) {
    return writer.append(sealer.feed(piece)) == FileFault::none;
  });
  crypto::SealedMedia sealed = sealer.finish();
  writer.append(sealed.last);
  FileHandle file = whole ? writer.finish() : nullptr;
  job.result.fault = file ? FileFault::none : writer.fault() != FileFault::none ? writer.fault() : FileFault::missing;
  if (!file) co_return nullptr;
  FileSealed facts;
  facts.size = sealed.size;
  facts.sealed_size = sealed.sealed_size;
  facts.sha256 = to_bytes(ByteView(sealed.sha256));
  facts.enc_sha256 = to_bytes(ByteView(sealed.enc_sha256));
  facts.sidecar = std::move(sealed.sidecar);
  facts.first_frame_sidecar = std::move(sealed.first_frame_sidecar);
  job.result.result = std::move(facts);
  co_return file;
}

// The operator's host stands for every host of the service, and may be anywhere.
std::optional<Destination> FileEffects::service(const std::string& host, const std::string& path) const {
  if (config_.media_host.empty()) return Destination::of_service(host, path);
  if (!path.starts_with('/')) return std::nullopt;
  const std::string scheme = config_.media_host.find("://") == std::string::npos ? "https://" : "";
  auto url = parse_url(scheme + config_.media_host + path);
  return url ? std::optional(Destination::of_operator(*std::move(url))) : std::nullopt;
}

std::optional<Destination> FileEffects::service_redirect(const Destination& from, const std::string& location) const {
  const auto next = redirect_target(from.url(), location);
  const auto url = next ? parse_url(*next) : std::nullopt;
  if (!url) return std::nullopt;
  const Url& here = from.url();
  const bool same = url->scheme == here.scheme && url->host == here.host && url->port == here.port;
  if (!config_.media_host.empty() && same) return Destination::of_operator(*url);
  if (url->scheme != "https" || url->port != 443) return std::nullopt;
  return Destination::of_service(url->host, url->target);
}

asio::awaitable<FileHandle> FileEffects::upload_file(Job& job, const UploadFile& order) {
  const std::uint64_t bytes = order.check ? 0 : job.from->size() - order.offset;
  const auto deadline = whole_time(bytes);
  auto to = service(order.host, order.path);
  if (!to) job.result.fault = FileFault::forbidden;
  for (int hop = 0; to && hop <= kRedirectsMax; ++hop) {
    FileAnswered answer;
    bool readable = true;
    std::uint64_t at = order.offset;
    Transfer call{*to, job.tenant, "POST", web_client_headers()};
    call.headers.emplace_back("Content-Type", "application/octet-stream");
    call.body_bytes = bytes;
    call.next = [&](std::span<std::uint8_t> out) {
      readable = job.from->read(at, out);
      at += out.size();
      return readable;
    };
    call.answer_bytes_max = UINT32_MAX;   // cut, not refused
    call.piece = [&](ByteView piece) {
      answer.body += text_of(piece.first(std::min(piece.size(), kAnswerBytesMax - answer.body.size())));
      return answer.body.size() < kAnswerBytesMax;
    };
    call.progress = kProgress;
    call.deadline = deadline;
    const TransferEnd end = co_await transfer(config_.media, call);
    const bool again = end.head.status == 307 || end.head.status == 308;   // the others would ask for a GET
    if (again && hop < kRedirectsMax) {
      if (auto next = service_redirect(*to, end.head.location)) {
        to = std::move(next);
        continue;
      }
    }
    job.result.fault = !readable ? FileFault::missing : end.head.status == 0 ? fault_of(end) : FileFault::none;
    if (job.result.fault != FileFault::none) break;
    answer.status = end.head.status;
    answer.retry_after_ms = parse_retry_after(end.head.retry_after, os_now().wall);
    job.result.result = std::move(answer);
    break;
  }
  co_return nullptr;
}

asio::awaitable<FileHandle> FileEffects::download_file(Job& job, const DownloadFile& order) {
  auto to = service(order.host, order.path);
  if (!to) job.result.fault = FileFault::forbidden;
  const std::uint64_t most = std::min<std::uint64_t>(order.bytes_max, UINT64_MAX - kSealedMoreMax) +
                             (order.media_key.empty() ? 0 : kSealedMoreMax);
  const auto deadline = whole_time(order.bytes_max);
  for (int hop = 0; to && hop <= kRedirectsMax; ++hop) {
    FileWriter writer(config_.room, job.tenant, order.bytes_max);
    std::optional<crypto::MediaOpener> opener;
    crypto::MediaDigest digest;
    if (!order.media_key.empty())
      opener.emplace(crypto::MediaFile{order.media_key, order.sha256, order.enc_sha256, 0}, order.info);
    Transfer call{*to, job.tenant, "GET", web_client_headers()};
    call.answer_bytes_max = most;
    call.progress = kProgress;
    call.deadline = deadline;
    call.wanted = [](const AnswerHead& head) { return head.status == 200; };
    call.piece = [&](ByteView piece) {
      if (opener) return writer.append(opener->feed(piece)) == FileFault::none;
      digest.feed(piece);
      return writer.append(piece) == FileFault::none;
    };
    const TransferEnd end = co_await transfer(config_.media, call);
    if (redirects(end.head.status) && hop < kRedirectsMax) {
      if (auto next = service_redirect(*to, end.head.location)) {
        to = std::move(next);
        continue;
      }
    }
    if (end.head.status != 200 && end.head.status != 0) {
      note_status(job.result, end.head);
      break;
    }
    job.result.fault = writer.fault() != FileFault::none ? writer.fault() : fault_of(end);
    if (!end.complete || writer.fault() != FileFault::none) break;
    FileStored stored;
    stored.content_type = end.head.content_type;
    if (opener) {
      auto opened = opener->finish();
      job.result.fault = FileFault::broken;
      if (!opened.ok()) break;
      writer.append(opened->last);
      stored.sha256 = to_bytes(ByteView(opened->sha256));
    } else {
      const ByteArray<32> hash = digest.finish();
      stored.sha256 = to_bytes(ByteView(hash));
      job.result.fault = FileFault::broken;
      if (!order.sha256.empty() && !equal(order.sha256, stored.sha256)) break;
    }
    FileHandle file = writer.finish();
    job.result.fault = writer.fault();
    if (!file) break;
    stored.size = file->size();
    job.result.result = std::move(stored);
    co_return file;
  }
  co_return nullptr;
}

}  // namespace wa::native
