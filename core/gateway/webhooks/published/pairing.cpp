// Pairing: qr.generated, pair.success, connection.pair_error.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

Json qr_data(const QrGenerated& e, const PayloadContext& context) {
  const std::string expires = rfc3339(context.now + e.valid_ms);
  return stamped(object({{"qr_code", e.text}, {"ttl", e.valid_ms / 1000}, {"expires_at", expires}}), context.now);
}

Json qr_exhausted_data(const QrExhausted&, const PayloadContext& context) {
  return stamped(object({{"reason", "qr_codes_used_up"}}), context.now);
}

Json pair_success_data(const PairSucceeded& e, const PayloadContext& context) {
  return stamped(object({{"jid", e.jid.text()}, {"lid", e.lid.text()}, {"platform", e.platform},
                         {"business_name", e.business_name}}), context.now);
}

Json pair_failed_data(const PairFailed& e, const PayloadContext& context) {
  return stamped(object({{"reason", e.reason}}), context.now);
}

Json passkey_data(const PasskeyRequired&, const PayloadContext& context) {
  return stamped(object({{"reason", "passkey_required"}}), context.now);
}

}  // namespace

template <> Published<QrGenerated> published() { return {event_named("qr.generated"), kDeviceLane, qr_data}; }
template <> Published<QrExhausted> published() {
  return {event_named("connection.pair_error"), kDeviceLane, qr_exhausted_data};
}
template <> Published<PairSucceeded> published() {
  return {event_named("pair.success"), kDeviceLane, pair_success_data};
}
template <> Published<PairFailed> published() {
  return {event_named("connection.pair_error"), kDeviceLane, pair_failed_data};
}
template <> Published<PasskeyRequired> published() {
  return {event_named("connection.pair_error"), kDeviceLane, passkey_data};
}

}  // namespace wa::gateway
