// Files of messages: what may be asked to be sent or fetched, and what became of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/kinds.h"
#include "client/ids.h"
#include "client/media/contract.h"
#include "client/messages/contract.h"

namespace wa::client {

// Where the bytes come from: a file that the host has (it is the room's from then on), or a URL of the user.
struct FileSource { FileId given = 0; std::uint64_t bytes = 0; std::string url; };
struct FileWish {
  MediaKind kind = MediaKind::image;
  FileSource source;
  bool thumbnail = true, convert = false;
};

// -> FileUploaded, then MessageSent | MessageFailed as for any message; or FileFailed. A job that is kept: what comes
// of a URL begins anew after a restart; bytes that came with a request end with the process, and the job with them.
// `body` of the message is a FileBody: what its caller says of it, its file is added.
// Errors: not_ready when not paired; full when too many jobs wait. Then the file is still the caller's.
struct SendFile {
  CommandId command = 0;
  std::string job;
  FileWish wish;
  SendMessage message;
};
// -> FileReady | FileFailed. The same work without a message: for what says itself what it does with the file. Does not
// survive a restart. `body`: what is known of it before.
struct PrepareFile { CommandId command = 0; FileWish wish; FileBody body; };
// -> MediaReady | MediaFailed. The file of a message that was told or sent in the last 30 days.
struct FetchMedia { CommandId command = 0; std::string id; };

enum class FileFailure : std::uint8_t {   // stored
  none = 0,
  restarted = 1,      // the bytes came with a request and are gone with the process
  not_fetched = 2,    // a URL: status, or none
  not_allowed = 3,    // a URL of a private network and the like
  too_large = 4,
  wrong_type = 5,     // it is not what its kind demands, or nobody can read it
  no_room = 6,        // at the host
  refused = 7,        // by the service: status
  unreachable = 8,    // no host of the service answered as it should: status, or 0
  throttled = 9,      // by the service: retry_after_ms
  unsupported = 10,   // this host handles no files
  lost = 11,          // the host does not have it any more
  unpaired = 12,
  not_sent = 13,      // uploaded, but the message was not taken
  gone = 14,          // no host has it, and the phone has not either
  broken = 15,        // what came is not what the message says
  retry_requested = 16,   // the phone was asked to upload it again: MediaRetried follows if it answers
  busy = 17,          // too many at once
  timeout = 18,       // of a URL
};

struct FileFailed {
  CommandId command = 0;
  FileFailure why = FileFailure::none;
  int status = 0;
  std::int64_t retry_after_ms = -1;
  std::string job, message_id;      // of SendFile
  wire::Jid chat;
};
struct FileUploaded { CommandId command = 0; std::string job, message_id; std::vector<std::string> warnings; };
struct FileReady { CommandId command = 0; FileBody body; std::vector<std::string> warnings; };
// The file is the room's: it stays for some seconds.
struct MediaReady {
  CommandId command = 0;
  FileId file = 0;
  std::uint64_t size = 0;
  MediaKind kind = MediaKind::document;
  Bytes sha256;
  std::string mimetype, file_name;
};
struct MediaFailed { CommandId command = 0; FileFailure why = FileFailure::none; int status = 0; };
// The phone answered: the file may be fetched again, or never.
struct MediaRetried {
  std::string id;
  wire::Jid chat, author;
  bool from_me = false, found = false;
  int result = 0;                   // as the phone said it (09 section 7)
  WallTime time;
};

struct FilesContract {
  using Commands = Kinds<SendFile, PrepareFile, FetchMedia>;
  using Events = Kinds<FileFailed, FileUploaded, FileReady, MediaReady, MediaFailed, MediaRetried>;
  using Queries = Kinds<>;
};

}  // namespace wa::client
