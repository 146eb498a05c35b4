#include "client/history/history.h"

#include <algorithm>

#include "base/limits.h"
#include "client/rows/chat_rows.h"
#include "client/rows/contact_rows.h"
#include "client/rows/direct_chats.h"
#include "client/rows/kept_people.h"
#include "client/rows/privacy_tokens.h"
#include "store/row.h"

namespace wa::client {
namespace {

using store::Table;

constexpr std::uint8_t kHistoryRowVersion = 2, kOldestHistoryRow = 1;   // 2: with the request
constexpr int kItemsPerStep = 1000;
constexpr std::int32_t kStatusHistory = 1, kOnDemand = 6;
constexpr const char* kPrefix = "history:";
constexpr const char* kDonePrefix = "history_done:";  // processed; the phone may not have heard of it
constexpr std::int64_t kForgetDoneMs = 10'000;

const char* type_name(std::int32_t type) {
  static constexpr const char* kNames[] = {"initial_bootstrap", "initial_status_v3", "full", "recent",
                                           "push_name", "non_blocking_data", "on_demand"};
  return type >= 0 && type < 7 ? kNames[type] : "unknown";
}

void store_notification(store::Txn& txn, const HistoryNotification& note) {
  RowWriter row(kHistoryRowVersion);
  row.u32(static_cast<std::uint32_t>(note.sync_type)).u32(note.chunk).u32(note.progress).bytes(note.inline_payload);
  row.bytes(note.file.file.media_key).bytes(note.file.file.file_sha256).bytes(note.file.file.file_enc_sha256);
  row.u64(note.file.file.file_size).text(note.file.direct_path).text(note.request_id);
  txn.put(Table::peer, kPrefix + note.stanza_id, std::move(row).finish());
}

std::optional<HistoryNotification> read_notification(const store::Row& row) {
  RowReader reader(row.value, kHistoryRowVersion, kOldestHistoryRow);
  HistoryNotification note;
  note.stanza_id = row.id.substr(std::string_view(kPrefix).size());
  note.sync_type = static_cast<std::int32_t>(reader.u32());
  note.chunk = reader.u32();
  note.progress = reader.u32();
  note.inline_payload = reader.bytes();
  note.file.file.media_key = reader.bytes();
  note.file.file.file_sha256 = reader.bytes();
  note.file.file.file_enc_sha256 = reader.bytes();
  note.file.file.file_size = reader.u64();
  note.file.direct_path = reader.text();
  if (reader.version() >= 2) note.request_id = reader.text();
  return reader.finish() ? std::optional(std::move(note)) : std::nullopt;
}

void learn_mapping(const std::string& pn_text, const std::string& lid_text, Turn& turn) {
  const auto pn = wire::parse_jid(pn_text), lid = wire::parse_jid(lid_text);
  if (!pn || !lid || pn->server != wire::Server::pn || lid->server != wire::Server::lid) return;
  if (pn->is_user() && lid->is_user()) turn.notify(LearntMapping{pn->user_jid(), lid->user_jid()});
}

// Settings come from app state; the history only fills in where no record has spoken yet.
void take_settings(const HistoryConversation& from, ChatRow& row) {
  if (!row.archive_ms) row.archived = from.archived;
  if (!row.pin_ms) row.pinned = from.pinned != 0;
  if (!row.mute_ms && from.mute_end) {
    // -1 is for ever; seconds or milliseconds, by their size (11 digits of seconds are the year 5138).
    const auto end = static_cast<std::int64_t>(from.mute_end);
    row.muted_until_ms = end < 0 ? -1 : end < 100'000'000'000 ? end * 1000 : end;
  }
  if (!row.read_ms && row.read == ReadState::unknown) {
    row.read = from.unread || from.marked_unread ? ReadState::unread : ReadState::read;
    row.unread = static_cast<std::uint32_t>(std::min<std::uint64_t>(from.unread, UINT32_MAX));
  }
  if (!from.name.empty()) row.name = from.name;
  const bool says_timer = from.timer_s != 0 || from.timer_set_s != 0;
  if (says_timer && from.timer_set_s >= row.timer.set_s) row.timer = {from.timer_s, from.timer_set_s};
}

class Taker {
 public:
  Taker(const std::string& request_id, Turn& turn) : request_id_(request_id), txn_(turn.txn), turn_(turn) {}

  void operator()(const HistoryConversation& item) {
    const auto jid = wire::parse_jid(item.id);
    if (!jid || jid->is_server() || jid->server == wire::Server::broadcast) return;
    ++conversations;
    hand_over(*jid, item.messages);
    ChatRow row = load_chat(txn_, *jid).value_or(ChatRow{});
    take_settings(item, row);
    const std::int64_t known_s = row.last ? row.last->timestamp_s : 0;
    if (item.last && item.last->timestamp_s > known_s) {
      row.last = LastMessage{item.last->id, item.last->from_me, item.last->participant, item.last->timestamp_s};
    } else if (!row.last && item.last_message_s > 0) {
      row.last = LastMessage{{}, false, {}, item.last_message_s};
    }
    store_chat(txn_, *jid, row);
    meet(txn_, *jid, true);
    const bool is_pn = jid->server == wire::Server::pn;
    learn_mapping(is_pn ? item.id : item.pn_jid, is_pn ? item.lid_jid : item.id, turn_);
    if ((!item.token.empty() || item.issued_s > 0) && jid->is_user()) {
      tokens.push_back({jid->user_jid(), item.token, item.token_s, item.issued_s});
    }
  }
  void operator()(const HistoryPushName& item) {
    const auto jid = wire::parse_jid(item.id);
    if (!jid || !jid->is_user() || item.name == "-") return;
    note_push_name(txn_, *jid, item.name, 0);  // of no known time
    meet(txn_, *jid, true);
  }
  void operator()(const HistoryMapping& item) { learn_mapping(item.pn, item.lid, turn_); }
  void operator()(const HistorySalt& item) {
    if (!item.salt.empty()) store_fallback_salt(txn_, item.salt);
  }
  void operator()(const HistoryMigrated&) { note_migrated(txn_); }
  void operator()(const HistoryEnd&) { ended = true; }

  std::vector<LearntToken> tokens;  // told after all mappings: they are kept by LID
  std::uint32_t conversations = 0;
  bool ended = false;

 private:
  void hand_over(const wire::Jid& chat, const std::vector<Bytes>& messages) {
    constexpr std::size_t kPart = limits::kHistoryMessagesPerEvent;
    for (std::size_t at = 0; at < messages.size(); at += kPart) {
      const auto from = messages.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kPart, messages.size() - at));
      turn_.notify(HistoryMessagesNotice{request_id_, chat, {from, from + count}});
    }
  }

  const std::string& request_id_;
  store::Txn& txn_;
  Turn& turn_;
};

}  // namespace

void History::on_online(Out&, Turn& turn) {
  online_ = true;
  for (const store::Row& row : turn.txn.scan(Table::peer, kDonePrefix, limits::kHistoryFilesMax)) {
    turn.notify(HistoryReadNotice{row.id.substr(std::string_view(kDonePrefix).size())});
    forget_done_ = turn.now.mono + kForgetDoneMs;
  }
  if (!job_) start_next(turn);
}

void History::on_offline(Turn&) {
  online_ = false;
  forget_done_.reset();
  job_.reset();  // the row is still there
  downloads_.clear();
}

std::optional<MonoTime> History::deadline() const {
  if (job_ && job_->reader) return job_->next_step;
  const auto download = downloads_.deadline();
  return !download || (forget_done_ && *forget_done_ < *download) ? forget_done_ : download;
}

void History::on_tick(Out&, Turn& turn) {
  if (forget_done_ && *forget_done_ <= turn.now.mono) {
    forget_done_.reset();
    turn.txn.erase_all(Table::peer, kDonePrefix);
  }
  downloads_.on_tick(turn);
  if (job_ && job_->reader && job_->next_step <= turn.now.mono) read_some(turn);
}

void History::on(const HistoryNotification& note, Out&, Turn& turn) {
  if (note.stanza_id.empty() || note.inline_payload.size() > limits::kMediaBytesMax) return;
  if (turn.txn.scan(Table::peer, kPrefix, limits::kHistoryFilesMax).size() == limits::kHistoryFilesMax) {
    turn.log(LogLevel::warning, "history: too many files are waiting, one was dropped");
    return;
  }
  store_notification(turn.txn, note);
  if (!job_) start_next(turn);
}

void History::on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn& turn) {
  std::optional<Downloaded> done = downloads_.on_fetched(fetch, ok, http_status, std::move(body), turn);
  if (!done || !job_ || job_->reader) return;
  if (!done->ok) {
    turn.log(LogLevel::warning, "history: a file could not be fetched", http_status);
    return finish(false, turn);
  }
  job_->reader = std::make_unique<HistoryReader>(std::move(done->plaintext), job_->about.sync_type == kOnDemand);
  read_some(turn);
}

void History::start_next(Turn& turn) {
  while (online_ && !job_) {
    const std::vector<store::Row> rows = turn.txn.scan(Table::peer, kPrefix, 1);
    if (rows.empty()) return;
    auto note = read_notification(rows[0]);
    if (!note) {
      turn.txn.erase(Table::peer, rows[0].id);
      continue;
    }
    job_ = std::make_unique<Job>();
    Bytes payload = std::move(note->inline_payload);
    job_->about = *std::move(note);
    job_->next_step = turn.now.mono;
    if (job_->about.sync_type == kStatusHistory) {
      finish(true, turn);  // status updates: nothing in it for us
    } else if (!payload.empty()) {
      // Read by the tick that follows at once.
      job_->reader = std::make_unique<HistoryReader>(std::move(payload), job_->about.sync_type == kOnDemand);
    } else if (!downloads_.start(0, job_->about.file, turn)) {
      return finish(false, turn);
    }
  }
}

void History::read_some(Turn& turn) {
  Taker taker(job_->about.request_id, turn);
  bool malformed = false;
  for (int i = 0; i < kItemsPerStep && !taker.ended && !malformed; ++i) {
    const auto item = job_->reader->next();
    malformed = !item;
    if (item) std::visit(taker, *item);
  }
  for (LearntToken& token : taker.tokens) turn.notify(std::move(token));
  if (malformed) {
    turn.log(LogLevel::warning, "history: a file is malformed");
    return finish(false, turn);
  }
  job_->conversations += taker.conversations;
  job_->next_step = turn.now.mono;
  if (taker.ended) finish(true, turn);
}

// What could be read stays. The phone hears only of what was processed.
void History::finish(bool ok, Turn& turn) {
  const std::unique_ptr<Job> job = std::move(job_);
  turn.txn.erase(Table::peer, kPrefix + job->about.stanza_id);
  if (ok) {
    turn.notify(HistoryReadNotice{job->about.stanza_id});
    RowWriter done(kHistoryRowVersion);
    turn.txn.put(Table::peer, kDonePrefix + job->about.stanza_id, std::move(done).finish());
    forget_done_ = turn.now.mono + kForgetDoneMs;
    turn.event(
        HistoryProgress{type_name(job->about.sync_type), job->about.progress, job->about.chunk, job->conversations,
                        job->about.request_id});
  }
  start_next(turn);
}

}  // namespace wa::client
