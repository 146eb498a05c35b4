// tested by unit/client/app_state/app_state_sync_test.cpp
// Chats: bringing collections up to date (05 sections 6 and 8).
#include <algorithm>

#include "base/limits.h"
#include "client/app_state/app_state_sync.h"
#include "stanza/queries/app_state.h"

namespace wa::client {
namespace {

using appstate::Collection;
using appstate::Outcome;

constexpr std::uint8_t kSnapshotsGoneMax = 3;

bool is_critical(std::size_t index) { return index < 2; }

// The wish alone: times and, but for what removes messages, ranges differ from one look at the chat to the next.
appstate::Mutation wish_of(appstate::Action action) {
  if (auto* archive = std::get_if<appstate::Archive>(&action)) archive->range.reset();
  if (auto* mark = std::get_if<appstate::MarkRead>(&action)) mark->range.reset();
  if (auto* clear = std::get_if<appstate::ClearChat>(&action); clear && clear->range) clear->range->messages.clear();
  if (auto* gone = std::get_if<appstate::DeleteChat>(&action); gone && gone->range) gone->range->messages.clear();
  if (auto* label = std::get_if<appstate::LabelEdit>(&action)) label->predefined_id.reset();  // not the asker's
  return appstate::build_mutation(action, 0);
}

// Uploaded, but the answer was never heard.
struct Own { ChatIntent intent; appstate::Action action; Bytes index; };

bool is_same_wish(const Own& own, const appstate::Mutation& seen, const appstate::ReadAction& read) {
  return own.index == seen.index && read.operation == appstate::Operation::set &&
         own.action.index() == read.action.index() && wish_of(own.action).value == wish_of(read.action).value;
}

}  // namespace

// One query for everything that may start; at first only the critical collections.
void Chats::send_fetches(Turn& turn) {
  const auto startable = [&](const Track& t) { return t.want_fetch && may_start(t, turn.now.mono); };
  bool critical = false;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    critical = critical || (is_critical(i) && (tracks_[i].phase == Phase::fetching || startable(tracks_[i])));
  }
  std::vector<stanza::CollectionRequest> requests;
  CollectionFetch what;
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    Track& t = tracks_[i];
    if (!startable(t) || (critical && !is_critical(i))) continue;
    const Collection c = static_cast<Collection>(i);
    appstate::CollectionState state = appstate::load_collection(turn.txn, c);
    if (t.reset) {
      state.degraded = state.resynced = false;
      appstate::reset_collection(turn.txn, c, state);
      t.reset = false;
    }
    t.want_fetch = false;
    t.retry_at.reset();
    t.phase = Phase::fetching;
    requests.push_back({std::string(appstate::collection_name(c)), state.version, !state.bootstrapped, std::nullopt});
    what.collections.push_back(static_cast<std::uint8_t>(i));
  }
  if (!requests.empty()) turn.query(stanza::build_app_state_query(requests), std::move(what));
}

void Chats::on_answer(const CollectionFetch& query, const QueryAnswer& answer, Out&, Turn& turn) {
  std::vector<stanza::CollectionAnswer> answers;
  if (const auto* node = std::get_if<wire::Node>(&answer)) {
    if (auto parsed = stanza::parse_app_state(*node)) answers = *std::move(parsed);
  }
  const auto* error = std::get_if<stanza::IqError>(&answer);
  for (const std::uint8_t index : query.collections) {
    if (index >= tracks_.size() || tracks_[index].phase != Phase::fetching) continue;
    const Collection c = static_cast<Collection>(index);
    tracks_[index].phase = Phase::idle;
    bool answered = false;
    for (stanza::CollectionAnswer& part : answers) {
      if (answered || part.name != appstate::collection_name(c)) continue;
      answered = true;
      if (part.error) on_fetch_refused(c, part.error, turn);
      else take_answer(c, std::move(part), turn);
    }
    if (answered) continue;
    if (error) on_fetch_refused(c, error->code, turn);
    else retry_later(c, track(c).failures, turn);
  }
  pump(turn);
}

void Chats::on_fetch_refused(Collection c, int code, Turn& turn) {
  turn.log(LogLevel::warning, "app state: the service refused a collection", code);
  if (is_final(code)) resync_or_fail(c, "refused by the service", turn);
  else retry_later(c, track(c).failures, turn);
}

void Chats::take_answer(Collection c, stanza::CollectionAnswer&& answer, Turn& turn) {
  Track& t = track(c);
  auto work = std::make_unique<Work>();
  work->has_more = answer.has_more;
  for (const Bytes& bytes : answer.patches) {
    auto patch = appstate::decode_patch(bytes);
    if (!patch) return resync_or_fail(c, "malformed patch", turn);
    work->patches.push_back(*std::move(patch));
  }
  if (answer.snapshot) {
    auto reference = appstate::decode_blob_reference(*answer.snapshot);
    if (!reference) {  // the snapshot itself: its first field is a short version, a reference's a key of 32 bytes
      t.work = std::move(work);
      return take_snapshot(c, *answer.snapshot, turn);
    }
    if (!downloads_.start(static_cast<std::uint64_t>(c), *reference, turn)) {
      return fail(c, "malformed snapshot reference", turn);
    }
    work->snapshot = *std::move(reference);
    t.work = std::move(work);
    t.phase = Phase::downloading;
    return;
  }
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  if (!state.bootstrapped && work->patches.empty() && !work->has_more) {
    if (answer.version.value_or(0) != 0) return fail(c, "the service gave no snapshot", turn);
    state.bootstrapped = true;  // a collection nobody has written to yet
    state.degraded = false;
    t.full = true;
    appstate::save_collection(turn.txn, c, state);
  }
  t.work = std::move(work);
  run(c, turn);
}

void Chats::run(Collection c, Turn& turn) {
  Track& t = track(c);
  t.phase = Phase::idle;
  while (t.work && t.work->next < t.work->patches.size()) {
    appstate::Patch& patch = t.work->patches[t.work->next];
    if (patch.external) {
      if (!downloads_.start(static_cast<std::uint64_t>(c), *patch.external, turn)) {
        return resync_or_fail(c, "malformed patch reference", turn);
      }
      t.phase = Phase::downloading;
      return;
    }
    if (!apply_next(c, turn)) return;
  }
  const bool more = t.work && t.work->has_more;
  t.work.reset();
  if (!more) return finish(c, turn);
  if (++t.pages > limits::kPatchPagesMax) return fail(c, "too many pages", turn);
  t.want_fetch = true;
}

bool Chats::apply_next(Collection c, Turn& turn) {
  Track& t = track(c);
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  const bool tolerant = state.resynced || state.degraded;
  if (!state.bootstrapped && state.version == 0) begin_snapshot(turn.txn, c);  // without one: takes what comes
  appstate::KeyRing ring(turn.txn);
  const appstate::Applied applied =
      appstate::apply_patch(turn.txn, c, state, t.work->patches[t.work->next], ring, tolerant);
  ++t.work->next;
  if (applied.unknown_removes || applied.skipped) {
    turn.log(LogLevel::warning, "app state: records removed but unknown, or unreadable",
             static_cast<std::int64_t>(applied.unknown_removes + applied.skipped));
  }
  switch (applied.outcome) {
    case Outcome::stale:
      return true;
    case Outcome::gap:
      resync_or_fail(c, "a patch is missing", turn);
      return false;
    case Outcome::rejected:
      resync_or_fail(c, "patch refused: wrong MAC", turn);
      return false;
    case Outcome::missing_key:
      block(c, applied.missing_key, turn);
      return false;
    case Outcome::drift:
    case Outcome::applied:
      break;
  }
  t.changed = true;
  tell_mutations(c, applied.mutations, false, turn);
  if (applied.outcome == Outcome::applied || state.degraded) return true;
  if (!tolerant) {
    resync_or_fail(c, "hash mismatch", turn);
    return false;
  }
  turn.log(LogLevel::warning, "app state: a fresh snapshot did not cure the mismatch, going on degraded",
           static_cast<int>(c));
  state.degraded = true;
  appstate::save_collection(turn.txn, c, state);
  return true;
}

void Chats::tell_mutations(Collection c, const std::vector<appstate::Mutation>& mutations, bool full, Turn& turn) {
  std::vector<Own> ours;
  for (const ChatIntent& intent : load_intents(turn.txn, c, limits::kIntentsMax)) {
    if (!intent.sent) continue;
    for (appstate::Action& action : plan(turn.txn, intent, turn.service_time())) {
      Bytes index = appstate::build_mutation(action, 0).index;
      ours.push_back({intent, std::move(action), std::move(index)});
    }
  }
  for (const appstate::Mutation& mutation : mutations) {
    const appstate::ReadAction read = appstate::parse_action(mutation);
    const auto own = std::find_if(ours.begin(), ours.end(), [&](const Own& one) { return is_same_wish(one, mutation, read); });
    const bool by_us = own != ours.end();
    apply_action(read, Origin{full, by_us}, turn);
    if (!by_us || appstate::setting_row(own->intent.setting).kept) continue;
    const appstate::CollectionState state = appstate::load_collection(turn.txn, c);  // nothing else will say that it is done
    close(own->intent, SettingOutcome::applied, state.version, state.degraded, 0, turn);
    ours.erase(own);
  }
}

void Chats::on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn& turn) {
  std::optional<Downloaded> done = downloads_.on_fetched(fetch, ok, http_status, std::move(body), turn);
  if (!done || done->tag >= tracks_.size()) return;
  const Collection c = static_cast<Collection>(done->tag);
  Track& t = track(c);
  if (t.phase != Phase::downloading || !t.work) return;
  t.phase = Phase::idle;
  if (!done->ok) {
    const bool gone = done->gone && t.work->snapshot && ++t.snapshots_gone < kSnapshotsGoneMax;
    const bool external = !t.work->snapshot.has_value();
    t.work.reset();
    if (gone) t.want_fetch = true;  // the service makes a new one
    else if (done->gone && external) resync_or_fail(c, "a patch file is gone", turn);
    else retry_later(c, track(c).failures, turn);
  } else if (t.work->snapshot) {
    take_snapshot(c, done->plaintext, turn);
  } else {
    appstate::Patch& patch = t.work->patches[t.work->next];
    auto records = appstate::decode_external_mutations(done->plaintext);
    if (records) {
      patch.records.insert(patch.records.end(), records->begin(), records->end());
      patch.external.reset();
      run(c, turn);
    } else {
      resync_or_fail(c, "malformed patch file", turn);
    }
  }
  pump(turn);
}

void Chats::take_snapshot(Collection c, ByteView bytes, Turn& turn) {
  Track& t = track(c);
  const auto snapshot = appstate::decode_snapshot(bytes);
  if (!snapshot || snapshot->key_id.empty()) return fail(c, "malformed snapshot", turn);
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  if (state.bootstrapped && snapshot->version < state.version) {  // nobody asked for it, and it is of yesterday
    turn.log(LogLevel::warning, "app state: a snapshot older than what is known was ignored", static_cast<int>(c));
    t.work->snapshot.reset();
    return run(c, turn);
  }
  appstate::KeyRing ring(turn.txn);
  const appstate::Applied applied = appstate::apply_snapshot(turn.txn, c, state, *snapshot, ring);
  if (applied.outcome == Outcome::missing_key) return block(c, applied.missing_key, turn);
  if (applied.skipped) {
    turn.log(LogLevel::warning, "app state: unreadable records in a snapshot", static_cast<int>(applied.skipped));
  }
  if (applied.outcome == Outcome::drift) {
    turn.log(LogLevel::warning, "app state: snapshot MAC mismatch, going on degraded", static_cast<int>(c));
    state.degraded = true;
    appstate::save_collection(turn.txn, c, state);
  }
  t.changed = t.full = true;
  t.work->snapshot.reset();
  begin_snapshot(turn.txn, c);
  tell_mutations(c, applied.mutations, true, turn);
  end_snapshot(c, turn);
  run(c, turn);
}

void Chats::finish(Collection c, Turn& turn) {
  Track& t = track(c);
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  if (state.resynced && !state.degraded) {
    state.resynced = false;
    appstate::save_collection(turn.txn, c, state);
  }
  bool asked = false;
  for (const SyncCommand& sync : syncs_) asked = asked || sync.open[static_cast<std::size_t>(c)];
  if (t.changed || t.full || asked) {
    turn.event(CollectionSynced{std::string(appstate::collection_name(c)), state.version, t.full});
  }
  t.changed = t.full = false;
  t.pages = t.failures = 0;
  t.snapshots_gone = 0;
  t.retry_at.reset();
  cure_later(t, state.degraded, turn.now.mono);
  t.want_upload = !load_intents(turn.txn, c, 1).empty();
  if (!t.want_fetch) answer_sync(c, true, "", turn);
}

// 05 section 8: delete version, hash and map, ask for a snapshot; but once per error.
void Chats::resync_or_fail(Collection c, const char* reason, Turn& turn) {
  Track& t = track(c);
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  if (state.resynced) return fail(c, reason, turn);
  turn.log(LogLevel::warning, "app state: asking for a snapshot", static_cast<int>(c));
  t.work.reset();
  t.phase = Phase::idle;
  state.resynced = true;
  appstate::reset_collection(turn.txn, c, state);
  t.want_fetch = true;
}

void Chats::fail(Collection c, const char* reason, Turn& turn) {
  Track& t = track(c);
  t.work.reset();
  t.phase = Phase::idle;
  t.want_fetch = t.want_upload = false;
  t.changed = t.full = false;
  t.pages = 0;
  t.snapshots_gone = 0;
  cure_later(t, appstate::load_collection(turn.txn, c).degraded, turn.now.mono);
  turn.event(CollectionFailed{std::string(appstate::collection_name(c)), reason});
  answer_sync(c, false, reason, turn);
  answer_blocked(c, turn);
}

void Chats::block(Collection c, ByteView key_id, Turn& turn) {
  Track& t = track(c);
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  state.blocked_on = to_bytes(key_id);
  appstate::save_collection(turn.txn, c, state);
  t.work.reset();
  t.phase = Phase::idle;
  t.want_fetch = t.want_upload = false;
  const bool lacked = is_lacked(turn.txn, key_id);
  const bool soon = needs_snapshot(turn.txn, key_id, false);
  t.cure_at = turn.now.mono + (soon ? kKeyAnswersMs : limits::kKeyRequestEveryMs);
  turn.log(LogLevel::info, "app state: waiting for a key", static_cast<int>(c));
  if (note_key_request(turn.txn, key_id, turn.now.wall)) missing_keys_.push_back(to_bytes(key_id));
  answer_sync(c, false, lacked ? "no own device has the key" : "waiting for a key from the phone", turn);
  answer_blocked(c, turn);
}

void Chats::retry_later(Collection c, std::uint16_t& failures, Turn& turn) {
  Track& t = track(c);
  const std::int64_t wait_ms = limits::kAppStateBackoffMinMs << std::min<int>(failures, 12);
  t.work.reset();
  t.phase = Phase::idle;
  t.want_fetch = true;
  t.retry_at = turn.now.mono + std::min(wait_ms, limits::kAppStateBackoffMaxMs);
  if (failures < 100) ++failures;
}

}  // namespace wa::client
