// App state of one device (05): keeps the five collections up to date, brings chat settings to the service, and tells what
// changed. Downloads, paging, conflicts and the recovery policy of 05 section 8 are here.
// Guarantees: a setting is a row before it is sent and closed only by the service's confirmation or final refusal; after
// an unknown outcome the collection is fetched before anything is sent again; one full resync per error, then `degraded`;
// never the fatal notice. Nothing is uploaded on a base whose MAC did not match: a snapshot first, else the change waits.
// One patch per collection is in flight, with everything that waits for that collection.
// Does not keep anything in memory that the next input does not need: an idle object holds a few flags per collection.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "appstate/collection.h"
#include "client/app_state/apply_actions.h"
#include "client/app_state/key_requests.h"
#include "client/app_state/wanted_settings.h"
#include "client/link/out.h"
#include "client/media/downloads.h"
#include "stanza/queries/app_state.h"

namespace wa::client {

class Chats {
 public:
  explicit Chats(MediaHosts& hosts) : downloads_(hosts, FileKind::app_state) {}

  // --- the link
  void on_online(Out&, Turn&);
  void on_offline(Turn&);
  std::optional<MonoTime> deadline() const;
  void on_tick(Out&, Turn&);

  // --- answers
  void on_answer(const CollectionFetch&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const PatchUpload&, const QueryAnswer&, Out&, Turn&);
  void on(const HostsKnown&, Out&, Turn& turn) { downloads_.on_hosts(turn); }
  bool owns(FetchId fetch) const { return downloads_.owns(fetch); }
  void on_fetched(FetchId, bool ok, int http_status, Bytes body, Turn&);

  // --- what other flows found
  void on(const KeyShareNotice&, Out&, Turn&);
  void on(const KeyRequestNotice&, Out&, Turn&);  // of another own device: answered with what we have
  void on(const PeerLost&, Out&, Turn&);          // the devices were not asked for keys: they are soon
  void on(const ChatNotice& notice, Out&, Turn& turn) { note_message(notice.chat, notice.last, turn); }
  void on_server_sync(const stanza::AppStateDirty&, Turn&);
  void on_dirty(Turn&);  // <ib><dirty type="syncd_app_state"/>

  // --- commands. Errors: invalid_argument, not_ready (SetChat when not paired, SyncAppState while offline), full (too many
  // wait).
  // SetChat is taken while offline, too; its ChatSettingDone says `timeout` when it took too long, and the intent stays.
  Result<void> execute(const SetChat&, Out&, Turn&);
  Result<void> execute(const SyncAppState&, Out&, Turn&);

 private:
  using Collection = appstate::Collection;
  enum class Phase : std::uint8_t { idle, fetching, downloading, uploading };
  struct Work {                              // the part of an answer that is not applied yet
    std::optional<appstate::BlobReference> snapshot;
    std::vector<appstate::Patch> patches;
    std::size_t next = 0;
    bool has_more = false;
  };
  struct Upload {
    appstate::Staged staged;
    std::vector<ChatIntent> intents;
    std::vector<appstate::Action> actions;   // what the patch says, for our own rows once it is confirmed
  };
  struct Track {                             // one collection
    Phase phase = Phase::idle;
    bool want_fetch = false, want_upload = false;
    bool reset = false;                      // forget the state before the next fetch
    bool changed = false, full = false;      // in this synchronisation
    std::optional<MonoTime> no_cure_before;  // a snapshot was asked because changes wait for a base that matches
    std::optional<MonoTime> cure_at;         // degraded, or without a key: looked at again then, unasked
    std::uint8_t cures = 0;                  // that did not help, one after another
    std::uint8_t snapshots_gone = 0;
    std::uint16_t pages = 0;
    std::uint16_t failures = 0, upload_failures = 0;  // in a row
    std::optional<MonoTime> retry_at;
    std::unique_ptr<Work> work;
    std::unique_ptr<Upload> upload;
  };
  struct Waiting { std::vector<CommandId> commands; MonoTime until; };
  struct SyncCommand {
    CommandId id = 0;
    std::array<bool, 5> open{};
    bool ok = true;
    const char* reason = "";
    MonoTime until;
  };

  Track& track(Collection c) { return tracks_[static_cast<std::size_t>(c)]; }
  const Track& track(Collection c) const { return tracks_[static_cast<std::size_t>(c)]; }
  bool may_start(const Track&, MonoTime now) const;
  void pump(Turn&);
  void look_again(std::int64_t in_ms, Turn&);
  void start_what_can(Turn&);

  // fetching (fetch.cpp)
  void send_fetches(Turn&);
  void take_answer(Collection, stanza::CollectionAnswer&&, Turn&);
  void run(Collection, Turn&);
  bool apply_next(Collection, Turn&);                   // false: stopped
  void take_snapshot(Collection, ByteView, Turn&);
  void tell_mutations(Collection, const std::vector<appstate::Mutation>&, bool full, Turn&);
  void finish(Collection, Turn&);
  void resync_or_fail(Collection, const char* reason, Turn&);
  void fail(Collection, const char* reason, Turn&);
  void block(Collection, ByteView key_id, Turn&);
  void retry_later(Collection, std::uint16_t& failures, Turn&);
  void on_fetch_refused(Collection, int code, Turn&);

  // uploading (upload.cpp)
  void begin_upload(Collection, Turn&);
  void cure_first(Collection, Turn&);                            // changes wait, the base is degraded
  void cure(Collection, Turn&);
  static void cure_later(Track&, bool degraded, MonoTime now);
  void on_upload_answer(Collection, stanza::CollectionAnswer&&, Turn&);
  void on_confirmed(Collection, std::unique_ptr<Upload>, Turn&);
  void on_conflict(Collection, std::unique_ptr<Upload>, stanza::CollectionAnswer&&, Turn&);
  void on_refused(Collection, std::unique_ptr<Upload>, int code, Turn&);
  void close(const ChatIntent&, SettingOutcome, std::uint64_t version, bool degraded, int code, Turn&);
  // Blocked: the commands hear of it, the intents stay.
  void answer_blocked(Collection, Turn&, bool degraded = false);
  void answer_sync(Collection, bool ok, const char* reason, Turn&);

  Downloads downloads_;
  std::array<Track, appstate::kCollectionCount> tracks_;
  std::map<IntentId, Waiting> waiting_;
  std::vector<SyncCommand> syncs_;
  std::vector<Bytes> missing_keys_;  // found in this call; empty between calls
  bool online_ = false;
  std::optional<MonoTime> keys_awaited_until_;  // right after pairing the keys come a moment later
};

// 400, 404, 405, 406: this collection cannot go on as it is (05 section 7).
inline bool is_final(int code) { return code == 400 || code == 404 || code == 405 || code == 406; }

}  // namespace wa::client
