// tested by unit/client/media/hosts_test.cpp
#include "client/media/hosts.h"

#include <algorithm>

#include "client/media/media_host.h"
#include "client/media/upload_protocol.h"
#include "stanza/queries/media.h"

namespace wa::client {
namespace {

constexpr const char* kDefaultHost = "mmg.whatsapp.net";
constexpr std::int64_t kUnansweredS = 60, kUnaskedS = 1;

}  // namespace

bool MediaHosts::known(Turn& turn) {
  if (!config_.media_hosts.empty() || (!names_.empty() && turn.now.mono < until_)) return true;
  ask(turn);
  return false;
}

bool MediaHosts::may_upload(Turn& turn) {
  if (can_upload(turn.now.mono)) return true;
  ask(turn);
  return false;
}

void MediaHosts::drop() {
  names_.clear();
  auth_.clear();
}

void MediaHosts::ask(Turn& turn) {
  if (asking_) return;
  asking_ = true;
  turn.query(stanza::build_media_conn_query(), MediaConnQuery{});
}

void MediaHosts::on_answer(const MediaConnQuery&, const QueryAnswer& answer, Out&, Turn& turn) {
  asking_ = false;
  drop();
  const bool unasked = std::holds_alternative<QueryLinkLost>(answer);
  // Not at once again: without a link that would be answered at once, too.
  until_ = turn.now.mono + (unasked ? kUnaskedS : kUnansweredS) * 1000;
  const auto* node = std::get_if<wire::Node>(&answer);
  const auto said = node ? stanza::parse_media_conn(*node) : Result<stanza::MediaConn>(Errc::bad_input, "");
  if (said) take(*said, turn);
  if (names_.empty()) names_.push_back(kDefaultHost);
  turn.notify(HostsKnown{});
}

// One that lets nobody in still says where files are.
void MediaHosts::take(const stanza::MediaConn& said, const Turn& turn) {
  if (auto connection = media_connection_of(said, turn.now.wall.seconds())) {
    names_ = std::move(connection->hosts);
    auth_ = std::move(connection->auth);
    until_ = turn.now.mono + connection->usable_ms;
    return;
  }
  for (const std::vector<std::string>* names : {&said.hosts, &said.fallbacks}) {
    for (const std::string& host : *names) {
      if (names_.size() < kMediaHostsMax && is_service_host(host)) names_.push_back(host);
    }
  }
  if (said.ttl_s > 0) until_ = turn.now.mono + std::min<std::int64_t>(said.ttl_s, 86'400) * 1000;
}

}  // namespace wa::client
