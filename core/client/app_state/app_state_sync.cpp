#include "client/app_state/app_state_sync.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::client {
namespace {

using appstate::Collection;

constexpr Collection kAll[] = {Collection::critical_block, Collection::critical_unblock_low, Collection::regular_high,
                               Collection::regular_low, Collection::regular};
constexpr std::int64_t kKeysAwaitedMs = 10'000;   // 05 section 8: waiting for the first share is normal
constexpr std::int64_t kKeysUnaskedMs = 3'600'000;  // a request for keys that did not leave
constexpr std::int64_t kSettingWaitMs = 25'000;   // a command's answer; the intent itself waits for ever
constexpr std::int64_t kSyncWaitMs = 120'000;

void earliest(std::optional<MonoTime>& first, std::optional<MonoTime> candidate) {
  if (candidate && (!first || *candidate < *first)) first = candidate;
}

}  // namespace

void Chats::on_online(Out&, Turn& turn) {
  online_ = true;
  for (const Collection c : kAll) {
    Track& t = track(c);
    t.want_fetch = true;
    t.want_upload = !load_intents(turn.txn, c, 1).empty();
    t.failures = t.upload_failures = 0;
    t.retry_at.reset();
  }
  if (!appstate::active_key(turn.txn)) keys_awaited_until_ = turn.now.mono + kKeysAwaitedMs;
  pump(turn);
}

void Chats::on_offline(Turn& turn) {
  online_ = false;
  keys_awaited_until_.reset();
  downloads_.clear();
  for (Track& t : tracks_) {
    Track fresh;  // what outlives a connection
    fresh.reset = t.reset;
    fresh.no_cure_before = t.no_cure_before;
    fresh.cure_at = t.cure_at;
    fresh.cures = t.cures;
    t = std::move(fresh);
  }
  for (const SyncCommand& sync : syncs_) turn.event(SyncDone{sync.id, false, "link lost"});
  syncs_ = {};
}

std::optional<MonoTime> Chats::deadline() const {
  std::optional<MonoTime> first = downloads_.deadline();
  if (online_) {
    earliest(first, keys_awaited_until_);
    for (const Track& t : tracks_) {
      if (t.phase != Phase::idle) continue;
      if (t.want_fetch || t.want_upload) earliest(first, t.retry_at);
      earliest(first, t.cure_at);
    }
  }
  for (const auto& [id, waiting] : waiting_) earliest(first, waiting.until);
  for (const SyncCommand& sync : syncs_) earliest(first, sync.until);
  return first;
}

void Chats::on_tick(Out&, Turn& turn) {
  const MonoTime now = turn.now.mono;
  downloads_.on_tick(turn);
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (now < it->second.until) {
      ++it;
      continue;
    }
    for (const CommandId id : it->second.commands)
      turn.event(ChatSettingDone{id, SettingOutcome::timeout, 0, false, 0});
    it = waiting_.erase(it);
  }
  for (const SyncCommand& sync : syncs_) {
    if (sync.until <= now) turn.event(SyncDone{sync.id, false, "timeout"});
  }
  syncs_.erase(std::remove_if(syncs_.begin(), syncs_.end(), [&](const SyncCommand& sync) { return sync.until <= now; }),
               syncs_.end());
  if (keys_awaited_until_ && *keys_awaited_until_ <= now) keys_awaited_until_.reset();
  for (const Collection c : kAll) {
    Track& t = track(c);
    if (!online_ || t.phase != Phase::idle || !t.cure_at || now < *t.cure_at) continue;
    t.cure_at.reset();
    const appstate::CollectionState state = appstate::load_collection(turn.txn, c);
    if (state.degraded) {
      cure(c, turn);
      continue;
    }
    t.want_fetch = true;  // without the key it blocks again, and the devices are asked again
    t.reset = t.reset || (!state.blocked_on.empty() && needs_snapshot(turn.txn, state.blocked_on, true));
  }
  pump(turn);
}

bool Chats::may_start(const Track& t, MonoTime now) const {
  return t.phase == Phase::idle && (!t.retry_at || *t.retry_at <= now);
}

// Last in whatever was called: all keys that were found missing meanwhile go into one request.
void Chats::pump(Turn& turn) {
  if (online_) start_what_can(turn);
  if (!missing_keys_.empty()) turn.notify(KeysMissing{std::exchange(missing_keys_, {})});
}

// Uploads first: one that finds its collection unusable asks for a fetch.
void Chats::start_what_can(Turn& turn) {
  for (const Collection c : kAll) {
    Track& t = track(c);
    // What may start now and still waits for others (a critical collection, keys) waits for no time any more.
    if (t.retry_at && *t.retry_at <= turn.now.mono) t.retry_at.reset();
    while (t.want_upload && !t.want_fetch && may_start(t, turn.now.mono)) begin_upload(c, turn);
  }
  if (!keys_awaited_until_) send_fetches(turn);
}

void Chats::on(const KeyRequestNotice& request, Out&, Turn& turn) {
  KeyAnswer answer{request.device, request.keys};
  for (SharedKey& key : answer.keys) {
    const auto held = appstate::load_key(turn.txn, key.key_id);
    if (held) key = {key.key_id, held->data, held->timestamp_ms};
  }
  if (!answer.keys.empty()) turn.notify(std::move(answer));
}

void Chats::on(const PeerLost& lost, Out&, Turn& turn) {
  for (const Bytes& id : lost.key_ids) forget_key_request(turn.txn, id);
  if (lost.key_ids.empty()) return;
  look_again(kKeysUnaskedMs, turn);
}

// The collections that wait for a key.
void Chats::look_again(std::int64_t in_ms, Turn& turn) {
  for (const Collection c : kAll) {
    Track& t = track(c);
    const MonoTime at = turn.now.mono + in_ms;
    if (t.cure_at && at < *t.cure_at && !appstate::load_collection(turn.txn, c).blocked_on.empty()) t.cure_at = at;
  }
}

void Chats::on(const KeyShareNotice& share, Out&, Turn& turn) {
  if (note_lacking(turn.txn, share.keys)) look_again(kKeyAnswersMs, turn);
  if (store_key_share(turn.txn, share.keys) == 0) return;
  keys_awaited_until_.reset();
  for (const Collection c : kAll) {
    appstate::CollectionState state = appstate::load_collection(turn.txn, c);
    Track& t = track(c);
    t.want_fetch = true;  // a key share is a trigger of its own (05 section 6), also where nothing was blocked
    t.retry_at.reset();
    t.want_upload = !load_intents(turn.txn, c, 1).empty();
    if (state.blocked_on.empty()) continue;
    state.blocked_on.clear();
    appstate::save_collection(turn.txn, c, state);
  }
  pump(turn);
}

void Chats::on_server_sync(const stanza::AppStateDirty& dirty, Turn& turn) {
  for (const auto& [name, version] : dirty.collections) {
    const auto c = appstate::parse_collection(name);
    if (!c) continue;
    Track& t = track(*c);
    if (version <= appstate::load_collection(turn.txn, *c).version) continue;
    if (t.upload && version <= t.upload->staged.after.version) continue;  // our own patch, or the answer will be 409
    t.want_fetch = true;
    t.retry_at.reset();
  }
  pump(turn);
}

void Chats::on_dirty(Turn& turn) {
  for (Track& t : tracks_) t.want_fetch = true;
  pump(turn);
}

Result<void> Chats::execute(const SetChat& command, Out& out, Turn& turn) {
  if (!out.account().paired) return {Errc::not_ready, "not paired"};
  if (!appstate::setting_row(command.setting).wanted || !is_complete(command)) {
    return {Errc::invalid_argument, "not a chat, or not a setting of chats"};
  }
  WA_TRY(const IntentId id, add_intent(turn.txn, command, turn.service_time()));
  const Collection c = appstate::setting_row(command.setting).collection;
  Waiting& waiting = waiting_[id];
  waiting = Waiting{{command.command}, turn.now.mono + kSettingWaitMs};
  const std::vector<ChatIntent> intents = load_intents(turn.txn, c, limits::kIntentsMax);
  const ChatIntent& added = intents.back();
  for (const ChatIntent& older : intents) {  // replaced, unless it is on its way
    if (older.id == id || !same_target(turn.txn, older, added)) continue;
    const Upload* upload = track(c).upload.get();
    const auto is_older = [&](const ChatIntent& flying) { return flying.id == older.id; };
    if (upload && std::any_of(upload->intents.begin(), upload->intents.end(), is_older)) continue;
    if (const auto found = waiting_.find(older.id); found != waiting_.end()) {
      std::vector<CommandId> commands = std::move(found->second.commands);
      waiting.commands.insert(waiting.commands.begin(), commands.begin(), commands.end());
      waiting_.erase(found);
    }
    erase_intent(turn.txn, older);
  }
  track(c).want_upload = true;
  pump(turn);
  return {};
}

Result<void> Chats::execute(const SyncAppState& command, Out&, Turn& turn) {
  SyncCommand sync{command.command, {}, true, "", turn.now.mono + kSyncWaitMs};
  for (const std::string& name : command.collections) {
    const auto c = appstate::parse_collection(name);
    if (!c) return {Errc::invalid_argument, "unknown collection"};
    sync.open[static_cast<std::size_t>(*c)] = true;
  }
  if (command.collections.empty()) sync.open.fill(true);
  if (!online_) return {Errc::not_ready, "not connected"};
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (!sync.open[i]) continue;
    tracks_[i].want_fetch = true;
    tracks_[i].reset = tracks_[i].reset || command.full;
    tracks_[i].retry_at.reset();
  }
  syncs_.push_back(sync);
  keys_awaited_until_.reset();
  pump(turn);
  return {};
}

void Chats::answer_sync(Collection c, bool ok, const char* reason, Turn& turn) {
  for (auto it = syncs_.begin(); it != syncs_.end();) {
    bool& open = it->open[static_cast<std::size_t>(c)];
    if (open && !ok) {
      it->ok = false;
      it->reason = reason;
    }
    open = false;
    if (std::any_of(it->open.begin(), it->open.end(), [](bool still) { return still; })) {
      ++it;
      continue;
    }
    turn.event(SyncDone{it->id, it->ok, it->reason});
    it = syncs_.erase(it);
  }
  if (syncs_.empty()) syncs_ = {};
}

void Chats::answer_blocked(Collection c, Turn& turn, bool degraded) {
  for (const ChatIntent& intent : load_intents(turn.txn, c, limits::kIntentsMax)) {
    const auto found = waiting_.find(intent.id);
    if (found == waiting_.end()) continue;
    for (const CommandId id : found->second.commands) {
      turn.event(ChatSettingDone{id, SettingOutcome::blocked, 0, degraded, 0});
    }
    waiting_.erase(found);
  }
}

}  // namespace wa::client
