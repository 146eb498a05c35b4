// The link of the device: device.*, connection.*, offline.*.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

Json only_when(const auto&, const PayloadContext& context) { return stamped(Json::object(), context.now); }

Json logged_in_data(const LoggedIn& e, const PayloadContext& context) {
  return stamped(object({{"jid", context.own_pn}, {"lid", e.lid}, {"connected", true}}), context.now);
}

Json disconnected_data(const Disconnected& e, const PayloadContext& context) {
  return stamped(object({{"jid", context.own_pn}, {"reason", e.reason}, {"connected", false}}), context.now);
}

Json logged_out_data(const LoggedOut& e, const PayloadContext& context) {
  return stamped(object({{"reason", e.reason}, {"code", e.code}}), context.now);
}

Json ban_data(const TemporaryBan& e, const PayloadContext& context) {
  return stamped(object({{"code", e.code}, {"expires_in", e.expire_s}}), context.now);
}

Json connect_failure_data(const ConnectFailure& e, const PayloadContext& context) {
  Json out = object({{"code", e.code}, {"reason", e.reason}});
  if (!e.version.empty()) put(out, {"app_version", e.version});
  return stamped(std::move(out), context.now);
}

Json offline_preview_data(const OfflinePreview& e, const PayloadContext& context) {
  return stamped(object({{"total", e.total}, {"messages", e.messages}, {"receipts", e.receipts},
                         {"notifications", e.notifications}, {"calls", e.calls}}), context.now);
}

Json offline_completed_data(const OfflineCompleted& e, const PayloadContext& context) {
  return stamped(object({{"count", e.count}}), context.now);
}

}  // namespace

template <> Published<LoggedIn> published() { return {event_named("device.connected"), kDeviceLane, logged_in_data}; }
template <> Published<Disconnected> published() {
  return {event_named("device.disconnected"), kDeviceLane, disconnected_data};
}
template <> Published<LoggedOut> published() {
  return {event_named("device.logged_out"), kDeviceLane, logged_out_data};
}
template <> Published<StreamReplaced> published() {
  return {event_named("connection.stream_replaced"), kDeviceLane, only_when};
}
template <> Published<TemporaryBan> published() {
  return {event_named("connection.temporary_ban"), kDeviceLane, ban_data};
}
template <> Published<ConnectFailure> published() {
  return {event_named("connection.failure"), kDeviceLane, connect_failure_data};
}
template <> Published<KeepaliveTimeout> published() {
  return {event_named("connection.keepalive_timeout"), kDeviceLane, only_when};
}
template <> Published<KeepaliveRestored> published() {
  return {event_named("connection.keepalive_restored"), kDeviceLane, only_when};
}
template <> Published<ManualReconnect> published() {
  return {event_named("connection.manual_reconnect"), kDeviceLane, only_when};
}
template <> Published<OfflinePreview> published() {
  return {event_named("offline.sync_preview"), kDeviceLane, offline_preview_data};
}
template <> Published<OfflineCompleted> published() {
  return {event_named("offline.sync_completed"), kDeviceLane, offline_completed_data};
}

}  // namespace wa::gateway
