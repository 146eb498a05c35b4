// core-lite.wasm sends no statuses (lite_routes.cpp); one that another module left in the outbox is given up. Stands in the
// place of core/client/messages/status_delivery.cpp.
#include "client/messages/status_delivery.h"

namespace wa::client {

[[gnu::weak]] Progress StatusDelivery::advance(const Queued&, Out&, Turn&) { return Dropped{}; }
[[gnu::weak]] Progress StatusDelivery::on_answer(const Answered&, const Queued&, const Account&, Turn&) { return Dropped{}; }
[[gnu::weak]] void StatusDelivery::on_accepted(const Queued&, MessageSent&, Out&, Turn&) {}
[[gnu::weak]] bool StatusDelivery::on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&) { return false; }
[[gnu::weak]] void StatusDelivery::on_offline() {}
[[gnu::weak]] Stage StatusDelivery::stage() const { return stage_of(state_); }
[[gnu::weak]] AudienceAnswer learn(const AudienceQuery& query, const QueryAnswer&, Turn&) { return {query, false}; }

}  // namespace wa::client
