// tested by unit/client/app_state/app_state_sync_test.cpp
// Chats: bringing settings to the service (05 section 7).
#include <algorithm>

#include "base/limits.h"
#include "client/app_state/app_state_sync.h"
#include "stanza/queries/app_state.h"

namespace wa::client {
namespace {

using appstate::Collection;

constexpr std::size_t kIntentsPerPatchMax = 200;

bool must_wait(const store::Txn& txn, const std::vector<ChatIntent>& before, const ChatIntent& intent) {
  return std::any_of(before.begin(), before.end(),
                     [&](const ChatIntent& other) { return in_each_others_way(txn, other, intent); });
}

}  // namespace

// Everything that waits for this collection goes into one patch. What is already so is closed without an upload.
void Chats::begin_upload(Collection c, Turn& turn) {
  Track& t = track(c);
  t.want_upload = false;
  const appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  if (!state.blocked_on.empty()) return answer_blocked(c, turn);
  if (!state.bootstrapped) {
    t.want_fetch = true;  // finish() brings us back here
    return;
  }
  auto upload = std::make_unique<Upload>();
  std::vector<appstate::Mutation> mutations;
  const std::vector<ChatIntent> intents = load_intents(turn.txn, c, kIntentsPerPatchMax);
  for (const ChatIntent& intent : intents) {
    if (must_wait(turn.txn, upload->intents, intent)) {
      t.want_upload = true;
      continue;
    }
    const std::vector<appstate::Action> actions = plan(turn.txn, intent, turn.service_time());
    if (actions.empty()) {
      close(intent, intent.sent ? SettingOutcome::applied : SettingOutcome::unchanged, state.version, state.degraded, 0,
            turn);
      continue;
    }
    for (const appstate::Action& action : actions)
      mutations.push_back(appstate::build_mutation(action, turn.service_time().ms));
    upload->actions.insert(upload->actions.end(), actions.begin(), actions.end());
    upload->intents.push_back(intent);
    upload->intents.back().sent = true;
  }
  if (mutations.empty()) {
    t.want_upload = intents.size() == kIntentsPerPatchMax;  // all closed: the next ones
    return;
  }
  if (state.degraded) return cure_first(c, turn);
  appstate::KeyRing ring(turn.txn);
  auto staged = appstate::stage(turn.txn, c, state, mutations, ring, turn.random);
  if (!staged) {  // no key yet: on_key_share brings us back here
    t.want_upload = false;
    return answer_blocked(c, turn);
  }
  for (const ChatIntent& intent : upload->intents) store_intent(turn.txn, intent);
  upload->staged = *std::move(staged);
  const stanza::CollectionRequest request{std::string(appstate::collection_name(c)), state.version, false,
                                          upload->staged.encoded};
  turn.query(stanza::build_app_state_query({&request, 1}),
             PatchUpload{static_cast<std::uint8_t>(c), upload->staged.after.version});
  Bytes().swap(upload->staged.encoded);
  t.upload = std::move(upload);
  t.phase = Phase::uploading;
}

// A patch on a base whose MAC did not match carries the mismatch to every other device. A snapshot may cure it; when one
// did not, the changes wait until a MAC matches again, and who asked is told.
void Chats::cure_first(Collection c, Turn& turn) {
  Track& t = track(c);
  t.want_upload = false;
  if (t.no_cure_before && turn.now.mono < *t.no_cure_before) return answer_blocked(c, turn, true);
  t.cure_at.reset();
  cure(c, turn);
}

void Chats::cure(Collection c, Turn& turn) {
  Track& t = track(c);
  t.no_cure_before = turn.now.mono + limits::kAppStateBackoffMaxMs;
  appstate::CollectionState state = appstate::load_collection(turn.txn, c);
  state.resynced = true;
  appstate::reset_collection(turn.txn, c, state);
  t.want_fetch = true;  // finish() brings us back here
}

// Once a synchronisation has ended, well or not.
void Chats::cure_later(Track& t, bool degraded, MonoTime now) {
  if (!degraded) {
    t.cure_at.reset();
    t.cures = 0;
  } else if (!t.cure_at) {
    t.cure_at = now + (limits::kAppStateBackoffMaxMs << t.cures);
    if (t.cures < limits::kCureDoublingsMax) ++t.cures;
  }
}

void Chats::on_answer(const PatchUpload& query, const QueryAnswer& answer, Out&, Turn& turn) {
  if (query.collection >= tracks_.size()) return;
  const Collection c = static_cast<Collection>(query.collection);
  Track& t = track(c);
  if (t.phase != Phase::uploading || !t.upload || t.upload->staged.after.version != query.version) return;
  t.phase = Phase::idle;
  stanza::CollectionAnswer part;
  bool answered = false;
  if (const auto* error = std::get_if<stanza::IqError>(&answer)) {
    part.error = error->code ? error->code : 500;
    answered = true;
  } else if (const auto* node = std::get_if<wire::Node>(&answer)) {
    auto parsed = stanza::parse_app_state(*node);
    for (std::size_t i = 0; parsed.ok() && i < parsed->size() && !answered; ++i) {
      if ((*parsed)[i].name != appstate::collection_name(c)) continue;
      part = std::move((*parsed)[i]);
      answered = true;
    }
  }
  if (answered) {
    on_upload_answer(c, std::move(part), turn);
  } else {  // unknown outcome: look first, then send again what is still missing
    t.upload.reset();
    t.want_fetch = true;
  }
  pump(turn);
}

void Chats::on_upload_answer(Collection c, stanza::CollectionAnswer&& answer, Turn& turn) {
  Track& t = track(c);
  std::unique_ptr<Upload> upload = std::move(t.upload);
  if (answer.error == 409) return on_conflict(c, std::move(upload), std::move(answer), turn);
  if (is_final(answer.error)) return on_refused(c, std::move(upload), answer.error, turn);
  if (answer.error) {
    turn.log(LogLevel::warning, "app state: upload failed, will be tried again", answer.error);
    return retry_later(c, t.upload_failures, turn);
  }
  if (answer.version == std::optional(upload->staged.after.version)) {
    return on_confirmed(c, std::move(upload), turn);
  }
  t.want_fetch = true;  // accepted on top of something we have not seen
}

void Chats::on_confirmed(Collection c, std::unique_ptr<Upload> upload, Turn& turn) {
  Track& t = track(c);
  appstate::promote(turn.txn, upload->staged);
  const appstate::CollectionState& after = upload->staged.after;
  for (const appstate::Action& action : upload->actions) {
    apply_action({appstate::Operation::set, turn.service_time().ms, action}, Origin{false, true}, turn);
  }
  for (const ChatIntent& intent : upload->intents) {
    close(intent, SettingOutcome::applied, after.version, after.degraded, 0, turn);
  }
  t.upload_failures = 0;
  t.want_upload = !load_intents(turn.txn, c, 1).empty();
}

void Chats::on_conflict(Collection c, std::unique_ptr<Upload> upload, stanza::CollectionAnswer&& answer, Turn& turn) {
  Track& t = track(c);
  const std::uint64_t version = appstate::load_collection(turn.txn, c).version;
  for (ChatIntent& intent : upload->intents) {
    if (++intent.conflicts > limits::kPatchRebaseMax) {
      close(intent, SettingOutcome::conflict, version, upload->staged.after.degraded, 409, turn);
    } else {
      intent.sent = false;  // the service refused it, so it was not applied
      store_intent(turn.txn, intent);
    }
  }
  t.want_upload = true;
  answer.error = 0;
  if (answer.patches.empty() && !answer.snapshot) t.want_fetch = true;
  else take_answer(c, std::move(answer), turn);
}

// One full resync may cure it; a second refusal is final.
void Chats::on_refused(Collection c, std::unique_ptr<Upload> upload, int code, Turn& turn) {
  Track& t = track(c);
  turn.log(LogLevel::warning, "app state: upload refused", code);
  bool again = false;
  for (ChatIntent& intent : upload->intents) {
    if (intent.refused) {
      close(intent, SettingOutcome::refused, upload->staged.base_version, upload->staged.after.degraded, code, turn);
    } else {
      intent.refused = code;
      intent.sent = false;
      store_intent(turn.txn, intent);
      again = true;
    }
  }
  t.want_upload = !load_intents(turn.txn, c, 1).empty();
  t.want_fetch = t.reset = again;
}

void Chats::close(const ChatIntent& intent, SettingOutcome outcome, std::uint64_t version, bool degraded, int code,
                  Turn& turn) {
  erase_intent(turn.txn, intent);
  const auto found = waiting_.find(intent.id);
  if (found == waiting_.end()) return;
  for (const CommandId id : found->second.commands) turn.event(ChatSettingDone{id, outcome, version, degraded, code});
  waiting_.erase(found);
}

}  // namespace wa::client
