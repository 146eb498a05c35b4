// The media connection (09 section 1): which hosts of the service have files and take them, and what lets us in. One
// for all transfers of a device, asked for at the first need.
// Guarantees: one question at a time; whoever was told false by known() or may_upload() hears HostsKnown, also when
// the link is lost or the service says no. Downloads go on without an answer, by the name that is always there;
// uploads do not.
#pragma once

#include <string>
#include <vector>

#include "client/config.h"
#include "client/link/out.h"
#include "client/turn.h"
#include "stanza/queries/media.h"

namespace wa::client {

class MediaHosts {
 public:
  explicit MediaHosts(const Config& config) : config_(config) {}

  // False: it was asked for (or is not to be had now), HostsKnown follows.
  bool known(Turn&);
  bool may_upload(Turn&);
  bool can_upload(MonoTime now) const { return !auth_.empty() && now < until_ && !names().empty(); }
  void drop();                       // its auth was refused: the next one who needs it asks anew
  const std::vector<std::string>& names() const { return config_.media_hosts.empty() ? names_ : config_.media_hosts; }
  const std::string& auth() const { return auth_; }

  void on_answer(const MediaConnQuery&, const QueryAnswer&, Out&, Turn&);
  void on_offline(Turn&) { asking_ = false; }

 private:
  void ask(Turn&);
  void take(const stanza::MediaConn&, const Turn&);

  const Config& config_;
  std::vector<std::string> names_;
  std::string auth_;                 // empty: the last answer was none
  MonoTime until_{};
  bool asking_ = false;
};

}  // namespace wa::client
