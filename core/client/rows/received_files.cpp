// tested by unit/client/files/files_test.cpp
#include "client/rows/received_files.h"

#include "base/limits.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kReceivedRowVersion = 1;
constexpr store::RecentRows kReceivedFiles(store::Table::received_files, 'f', kReceivedFilesKept);
constexpr std::size_t kStoredPathBytesMax = 2048, kStoredNameBytesMax = 512;

bool may_be_kept(const std::string& id, const ReceivedFile& from) {
  const HostedFile& file = from.file;
  return !id.empty() && id.size() <= limits::kIdCharsMax && !file.direct_path.empty() &&
         file.direct_path.size() <= kStoredPathBytesMax && file.media_key.size() <= 64 && file.sha256.size() <= 64 &&
         file.enc_sha256.size() <= 64 && file.mimetype.size() <= kStoredNameBytesMax;
}

}  // namespace

void change_file(store::Txn& txn, const std::string& id, const ReceivedFile& from) {
  if (!may_be_kept(id, from)) return;
  RowWriter row(kReceivedRowVersion);
  row.text(from.chat.text()).text(from.author.text()).flag(from.from_me).flag(from.gone).flag(from.view_once);
  row.i64(from.time.ms).u8(static_cast<std::uint8_t>(from.kind));
  const HostedFile& file = from.file;
  row.text(file.direct_path).bytes(file.media_key).bytes(file.sha256).bytes(file.enc_sha256).u64(file.bytes);
  row.i64(file.media_key_time_s).text(file.mimetype);
  row.text(from.file_name.size() > kStoredNameBytesMax ? std::string() : from.file_name);
  kReceivedFiles.remember(txn, id, std::move(row).finish());
}

void keep_file(store::Txn& txn, const std::string& id, const ReceivedFile& file, WallTime now) {
  const auto known = find_file(txn, id, now);
  if (!known || (known->chat == file.chat && known->author == file.author)) change_file(txn, id, file);
}

std::optional<ReceivedFile> find_file(const store::Txn& txn, const std::string& id, WallTime now) {
  const auto bytes = id.size() <= limits::kIdCharsMax ? kReceivedFiles.find(txn, id) : std::nullopt;
  if (!bytes) return std::nullopt;
  RowReader row(*bytes, kReceivedRowVersion);
  ReceivedFile out;
  const auto chat = wire::parse_jid(row.text()), author = wire::parse_jid(row.text());
  out.from_me = row.flag();
  out.gone = row.flag();
  out.view_once = row.flag();
  out.time.ms = row.i64();
  out.kind = static_cast<MediaKind>(row.u8());
  out.file.direct_path = row.text();
  out.file.media_key = row.bytes();
  out.file.sha256 = row.bytes();
  out.file.enc_sha256 = row.bytes();
  out.file.bytes = row.u64();
  out.file.media_key_time_s = row.i64();
  out.file.mimetype = row.text();
  out.file_name = row.text();
  if (!row.finish() || !chat || !author || now - out.time > kReceivedFileKeptMs) return std::nullopt;
  out.chat = *chat;
  out.author = *author;
  return out;
}

}  // namespace wa::client
