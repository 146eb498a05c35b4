// The store as core sees it: tables of rows, a read view given by the host, and a transaction on top of it.
// One view is one device (or the directory): keys of different devices can never meet.
// Guarantees: a Txn reads its own writes; nothing is written until the host commits the batch taken from it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace wa::store {

// Numbers are stored: never reuse or renumber. What a row holds is described where it is read and written.
enum class Table : std::uint8_t {
  device = 1,          // who this device is ("creds"), single settings and counters
  prekeys = 2,         // one-time prekeys, id u32 BE
  signed_prekeys = 3,
  sessions = 4,        // Signal address
  identities = 5,      // Signal address
  sender_keys = 6,     // group, sender
  sent = 7,            // recently sent plaintexts, for retry receipts
  retries = 8,         // retry counters, both directions
  handled = 9,         // handled stanza ids
  device_lists = 10,   // user; group: its members
  lid_map = 11,        // "p<pn>" -> lid, "l<lid>" -> pn
  tokens = 12,         // trusted-contact tokens
  app_keys = 13,       // app-state keys by key id
  collections = 14,    // version, LTHash, state
  app_records = 15,    // collection, index MAC -> value MAC
  intents = 16,        // app-state changes that must reach the server
  chats = 17,          // settings, last message key, name of a group
  contacts = 18,       // names in the address book, push names
  calls = 19,          // recent calls
  outbox = 20,         // messages that must reach the server
  settings = 21,       // call settings and the like
  webhook = 22,        // webhook configuration
  webhook_queue = 23,  // events that must reach the webhook
  cooldowns = 24,      // auto-reply per caller
  webhook_failed = 25,
  peer = 26,           // open requests to the own phone
  people = 27,         // whose rows are kept, the order in which others give way
  labels = 28,         // by their ids
  requests = 36,       // of callers: their keys and answers, messages and what became of them
  numbers = 37,        // phone numbers and the accounts behind them
  message_secrets = 38,  // of messages that may be voted on, answered or edited
  file_jobs = 41,      // files on their way to a chat
  received_files = 42,  // where the file of a message is
  status = 43,         // who sees ours, whom each of them went to, whose are muted
  polls = 44,          // and how they were voted
  // the directory
  tenants = 64,
  users = 65,
  api_tokens = 66,     // SHA-256 of the token
  devices = 67,
};

struct Key {
  Table table;
  std::string id;
  friend bool operator<(const Key& a, const Key& b) {
    return a.table != b.table ? a.table < b.table : a.id < b.id;
  }
  friend bool operator==(const Key& a, const Key& b) { return a.table == b.table && a.id == b.id; }
};

struct Row {
  std::string id;
  Bytes value;
};

// Committed state only. A failed read may return nothing, but then poisons the view: the host fails the next commit,
// so no conclusion drawn from it leaves the process.
struct StoreView {
  virtual ~StoreView() = default;
  virtual std::optional<Bytes> get(const Key& key) const noexcept = 0;
  // Rows with id >= from in byte order, at most `limit`.
  virtual std::vector<Row> scan(Table table, std::string_view from, std::size_t limit) const noexcept = 0;
};

// The last write to a key wins; nullopt erases.
struct WriteBatch {
  std::map<Key, std::optional<Bytes>> writes;
  bool empty() const { return writes.empty(); }
};

class Txn {
 public:
  explicit Txn(const StoreView& view) : view_(view) {}
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;

  std::optional<Bytes> get(Table table, std::string_view id) const;
  bool has(Table table, std::string_view id) const { return get(table, id).has_value(); }
  void put(Table table, std::string_view id, Bytes value);
  void erase(Table table, std::string_view id);

  // Rows whose id starts with `prefix`, ids >= `from`, in byte order, at most `limit`; sees own writes.
  std::vector<Row> scan(Table table, std::string_view prefix, std::string_view from, std::size_t limit) const;
  std::vector<Row> scan(Table table, std::string_view prefix, std::size_t limit) const {
    return scan(table, prefix, prefix, limit);
  }
  void erase_all(Table table, std::string_view prefix = {});
  // For one more row under `prefix` when there may be `most`: the last one goes. Its id, if it was so.
  std::optional<std::string> make_room(Table table, std::string_view prefix, std::size_t most);

  WriteBatch take() { return std::move(batch_); }

 private:
  const StoreView& view_;
  WriteBatch batch_;
};

// A key part that sorts like its number.
std::string ordered(std::uint64_t number);            // 8 bytes, big-endian
std::uint64_t from_ordered(std::string_view bytes);   // of any bytes: the last 8

}  // namespace wa::store
