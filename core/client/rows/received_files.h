// Where the file of a message is, and how it is opened: Table::received_files, family 'f', message id -> this, the
// newest kReceivedFilesKept of the last 30 days.
// Guarantees: another author does not take the place of what is known by an id. Does not hold: contents, thumbnails.
#pragma once

#include <optional>
#include <string>

#include "client/messages/contract.h"
#include "client/notice.h"
#include "store/store.h"

namespace wa::client {

struct ReceivedFile {
  wire::Jid chat, author;           // as the phone knows them
  bool from_me = false, gone = false, view_once = false;   // gone: the phone has it not either
  WallTime time;
  MediaKind kind = MediaKind::document;
  HostedFile file;                  // complete
  std::string file_name;
};

inline constexpr std::uint32_t kReceivedFilesKept = 4'096;
inline constexpr std::int64_t kReceivedFileKeptMs = 30LL * 86'400'000;

void keep_file(store::Txn&, const std::string& id, const ReceivedFile&, WallTime now);   // unless it is another's
void change_file(store::Txn&, const std::string& id, const ReceivedFile&);
std::optional<ReceivedFile> find_file(const store::Txn&, const std::string& id, WallTime now);

}  // namespace wa::client
