// A history file as a stream of small facts (07 section 9): inflated and walked piece by piece, never held as a whole.
// Guarantees: memory is two buffers and the item being read; message bodies are skipped unread, unless they were asked
// for: then those up to kHistoryMessageBytesMax are kept, kHistoryMessagesMax of a chat. Inflated bytes are looked at up
// to kHistoryInflatedBytesMax; any bytes give items, an end, or an error.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/limits.h"
#include "wire/inflate.h"

namespace wa::client {

struct HistoryMessageKey {
  std::string id, participant;
  bool from_me = false;
  std::int64_t timestamp_s = 0;
};
struct HistoryConversation {
  std::string id, name, pn_jid, lid_jid;
  bool archived = false, marked_unread = false;
  std::uint64_t unread = 0, pinned = 0, mute_end = 0;
  std::int64_t last_message_s = 0, token_s = 0, timer_set_s = 0;
  std::int64_t issued_s = 0;   // of our token, the last time
  std::uint32_t timer_s = 0;
  Bytes token;
  std::optional<HistoryMessageKey> last;  // the newest one in the file
  std::vector<Bytes> messages;            // whole, if they were asked for
};
struct HistoryPushName { std::string id, name; };
struct HistoryMapping { std::string pn, lid; };
struct HistorySalt { Bytes salt; };
struct HistoryMigrated {};   // the account's direct chats go by LID
struct HistoryEnd {};
using HistoryItem =
    std::variant<HistoryConversation, HistoryPushName, HistoryMapping, HistorySalt, HistoryMigrated, HistoryEnd>;

class HistoryReader {
 public:
  explicit HistoryReader(Bytes zlib_data, bool with_messages = false);
  // Errors: bad_input, too_large; the reader is useless afterwards.
  Result<HistoryItem> next();

 private:
  struct Field { std::uint32_t number = 0, type = 0; std::uint64_t value = 0; };  // value: varint, or the length
  bool refill();
  bool byte(std::uint8_t& out);
  bool varint(std::uint64_t& out);
  bool skip(std::uint64_t count);
  // Longer than `max`: skipped, out stays empty.
  bool take(std::uint64_t count, std::string& out, std::size_t max = limits::kHistoryFieldBytesMax);
  bool field(std::uint64_t end, Field& out);            // reads a tag and its value or length
  bool skip_value(const Field& of);
  bool conversation(std::uint64_t end, HistoryConversation& out);
  bool conversation_field(const Field& of, HistoryConversation& out);
  bool message(std::uint64_t end, HistoryConversation& out);
  bool whole_message(std::uint64_t bytes, HistoryConversation& out);
  bool web_message(std::uint64_t end, HistoryMessageKey& out);
  bool key(std::uint64_t end, HistoryMessageKey& out);
  bool settings(std::uint64_t end, bool& migrated);
  bool two_texts(std::uint64_t end, std::string& first, std::string& second);

  Bytes data_;
  bool with_messages_;
  wire::InflateStream stream_;
  Bytes buffer_;
  std::size_t at_ = 0, filled_ = 0;
  std::uint64_t position_ = 0;       // in the inflated file
  Error error_{Errc::bad_input, "malformed history"};
};

}  // namespace wa::client
