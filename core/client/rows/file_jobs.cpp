// tested by unit/client/files/files_test.cpp
#include "client/rows/file_jobs.h"

#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kJobRowVersion = 1;
constexpr const char* kOpenJob = "o";
constexpr store::RecentRows kJobsOver(Table::file_jobs, 'd', kFileJobsKept);
constexpr std::size_t kWarningsKept = 8, kWarningBytesKept = 256;

std::string job_key(std::string_view id) { return std::string(kOpenJob).append(id); }

Bytes encode_job(const FileJobRow& from) {
  RowWriter row(kJobRowVersion);
  row.u8(static_cast<std::uint8_t>(from.stage)).i64(from.created.ms).i64(from.updated.ms);
  row.u8(static_cast<std::uint8_t>(from.why)).u32(static_cast<std::uint32_t>(from.status));
  row.text(from.message.id).text(from.message.to.text()).u8(static_cast<std::uint8_t>(from.body().kind));
  const std::size_t warnings = std::min(from.warnings.size(), kWarningsKept);
  row.u8(static_cast<std::uint8_t>(warnings));
  for (std::size_t i = 0; i < warnings; ++i) row.text(std::string_view(from.warnings[i]).substr(0, kWarningBytesKept));
  if (from.over()) return std::move(row).finish();
  const FileBody& body = from.body();
  row.text(from.url).flag(from.thumbnail).flag(from.convert);
  row.text(body.caption).text(body.file_name).text(body.file.mimetype).u32(body.seconds).flag(body.view_once);
  row.flag(body.animated);
  const MessageContext& context = from.message.context;
  row.i64(context.not_before ? context.not_before->ms : 0)
      .flag(context.mention_all)
      .u32(context.forwarded)
      .text(context.album);
  row.u32(static_cast<std::uint32_t>(context.mentioned.size()));
  for (const wire::Jid& jid : context.mentioned) row.text(jid.text());
  row.flag(context.quoted.has_value());
  if (const auto& quoted = context.quoted) {
    row.text(quoted->id).flag(quoted->from_me).text(quoted->text).text(quoted->type);
    row.text(quoted->participant ? quoted->participant->text() : "").text(quoted->chat ? quoted->chat->text() : "");
  }
  return std::move(row).finish();
}

MessageContext read_context(RowReader& row) {
  MessageContext out;
  if (const std::int64_t not_before = row.i64(); not_before != 0) out.not_before = WallTime{not_before};
  out.mention_all = row.flag();
  out.forwarded = row.u32();
  out.album = row.text();
  for (std::uint32_t left = row.u32(); left > 0 && row.ok(); --left) {
    if (const auto jid = wire::parse_jid(row.text())) out.mentioned.push_back(*jid);
  }
  if (!row.flag()) return out;
  QuotedMessage quoted;
  quoted.id = row.text();
  quoted.from_me = row.flag();
  quoted.text = row.text();
  quoted.type = row.text();
  quoted.participant = wire::parse_jid(row.text());
  quoted.chat = wire::parse_jid(row.text());
  out.quoted = std::move(quoted);
  return out;
}

std::optional<FileJobRow> decode_job(std::string_view id, ByteView bytes) {
  RowReader row(bytes, kJobRowVersion);
  FileJobRow out;
  FileBody body;
  out.id = std::string(id);
  out.stage = static_cast<FileStage>(row.u8());
  out.created.ms = row.i64();
  out.updated.ms = row.i64();
  out.why = static_cast<FileFailure>(row.u8());
  out.status = static_cast<int>(row.u32());
  out.message.id = row.text();
  const auto to = wire::parse_jid(row.text());
  body.kind = static_cast<MediaKind>(row.u8());
  for (std::size_t left = row.u8(); left > 0 && row.ok(); --left) out.warnings.push_back(row.text());
  if (!out.over()) {
    out.url = row.text();
    out.thumbnail = row.flag();
    out.convert = row.flag();
    body.caption = row.text();
    body.file_name = row.text();
    body.file.mimetype = row.text();
    body.seconds = row.u32();
    body.view_once = row.flag();
    body.animated = row.flag();
    out.message.context = read_context(row);
  }
  if (!row.finish() || !to) return std::nullopt;
  out.message.to = *to;
  out.message.body = std::move(body);
  return out;
}

}  // namespace

void save_file_job(store::Txn& txn, const FileJobRow& job) {
  if (!job.over()) return txn.put(Table::file_jobs, job_key(job.id), encode_job(job));
  txn.erase(Table::file_jobs, job_key(job.id));
  kJobsOver.remember(txn, job.id, encode_job(job));
}

std::optional<FileJobRow> find_file_job(const store::Txn& txn, std::string_view id, WallTime now) {
  if (id.empty() || id.size() > limits::kIdCharsMax) return std::nullopt;
  auto bytes = txn.get(Table::file_jobs, job_key(id));
  if (!bytes) bytes = kJobsOver.find(txn, id);
  auto out = bytes ? decode_job(id, *bytes) : std::nullopt;
  if (out && out->over() && now - out->updated > kFileJobKeptMs) out.reset();
  return out;
}

std::vector<FileJobRow> open_file_jobs(store::Txn& txn) {
  std::vector<FileJobRow> out;
  for (const store::Row& row : txn.scan(Table::file_jobs, kOpenJob, kFileJobsOpenMax)) {
    if (auto job = decode_job(std::string_view(row.id).substr(1), row.value)) out.push_back(*std::move(job));
    else txn.erase(Table::file_jobs, row.id);
  }
  return out;
}

bool has_open_file_jobs(const store::StoreView& stored) {
  const auto rows = stored.scan(Table::file_jobs, kOpenJob, 1);
  return !rows.empty() && rows.front().id.substr(0, 1) == kOpenJob;
}

}  // namespace wa::client
