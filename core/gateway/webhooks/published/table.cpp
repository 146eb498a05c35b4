// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/table.h"

#include "gateway/webhooks/published/row.h"

namespace wa::gateway {

using namespace client;

// The rows, a line each.
// connection.cpp
template <> Published<LoggedIn> published();
template <> Published<Disconnected> published();
template <> Published<LoggedOut> published();
template <> Published<StreamReplaced> published();
template <> Published<TemporaryBan> published();
template <> Published<ConnectFailure> published();
template <> Published<KeepaliveTimeout> published();
template <> Published<KeepaliveRestored> published();
template <> Published<ManualReconnect> published();
template <> Published<OfflinePreview> published();
template <> Published<OfflineCompleted> published();
// pairing.cpp
template <> Published<QrGenerated> published();
template <> Published<QrExhausted> published();
template <> Published<PairSucceeded> published();
template <> Published<PairFailed> published();
template <> Published<PasskeyRequired> published();
// calls.cpp
template <> Published<CallEvent> published();
template <> Published<AutoReplyOutcome> published();
// messages.cpp
template <> Published<MessageReceived> published();
template <> Published<StatusReceived> published();
template <> Published<MessageSent> published();
template <> Published<OwnChange> published();
template <> Published<SentChange> published();
template <> Published<ChatTimerChanged> published();
template <> Published<HistoryMessages> published();
template <> Published<MentionSent> published();
template <> Published<MessageReceipt> published();
template <> Published<MessageUndecryptable> published();
template <> Published<MediaRetried> published();
// chats.cpp
template <> Published<ChatChanged> published();
template <> Published<SettingChanged> published();
template <> Published<CollectionSynced> published();
template <> Published<HistoryProgress> published();
// contacts.cpp
template <> Published<ContactChanged> published();
template <> Published<PushNameChanged> published();
template <> Published<NotificationTold> published();
template <> Published<IdentityChanged> published();
template <> Published<ContactPresence> published();
template <> Published<ChatPresence> published();

namespace {

// Answers to a command, which the waiting request gets, and states of the link, which GET /status shows.
using Unpublished = EventList<
    LinkChanged, PairCodeReady, PairCodeFailed, RejectDone, MessageFailed, ChatSettingDone, CollectionFailed, SyncDone,
    PrivacyDone, StatusPrivacyDone, OwnPictureDone, UsersFound, PictureFound, BlocklistFound, PeopleFailed,
    FileFailed, FileUploaded, FileReady, MediaReady, MediaFailed>;
static_assert(each_is_told_or_not<Unpublished>(static_cast<const EventKinds*>(nullptr)));

void publish(EventName name, std::string_view lane, const Json& data, const Audience& audience, Turn& turn) {
  audience.publish(name, lane, compact(data), turn);
}

template <class E>
void tell(const E& event, const PayloadContext& context, const Audience& audience, Turn& turn) {
  const Published<E> row = published<E>();
  const MaybeEventName name = row.name(event);
  if (!name || !audience.wants(*name, turn.now.mono)) return;
  publish(*name, row.lane ? row.lane(event) : std::string(), row.data(event, context), audience, turn);
}

}  // namespace

void announce(const Event& event, const PayloadContext& context, const Audience& audience, Turn& turn) {
  const auto* received = std::get_if<MessageReceived>(&event);
  if (received && received->from_me && received->change != Change::none) {
    tell(OwnChange{*received}, context, audience, turn);
  }
  std::visit([&](const auto& e) {
    using E = std::decay_t<decltype(e)>;
    if constexpr (!Unpublished::has<E>) tell(e, context, audience, turn);
  }, event);
  const auto* sent = std::get_if<MessageSent>(&event);
  if (sent && sent->said.change != Change::none) tell(SentChange{*sent}, context, audience, turn);
  if (sent && !sent->mentioned.empty()) tell(MentionSent{*sent}, context, audience, turn);
}

void announce(const AutoReplyOutcome& outcome, const Audience& audience, Turn& turn) {
  tell(outcome, {{}, {}, turn.now.wall}, audience, turn);
}

void announce(const ManualReconnect& event, const Audience& audience, Turn& turn) {
  tell(event, {{}, {}, turn.now.wall}, audience, turn);
}

}  // namespace wa::gateway
