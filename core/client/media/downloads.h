// Encrypted files of the service (08): which hosts, the Fetch effect, retries, and decryption. One object per flow.
// Guarantees: every download started is finished exactly once, or forgotten by clear(); at most kDownloadTries tries;
// nothing is kept for finished ones.
// Does not survive a restart: the obligation to have the file is the owner's.
#pragma once

#include <map>
#include <optional>

#include "appstate/patch.h"
#include "client/media/contract.h"
#include "client/media/hosts.h"
#include "client/turn.h"

namespace wa::client {

struct Downloaded {
  std::uint64_t tag = 0;      // what the owner gave to start()
  bool ok = false;
  bool gone = false;          // 403, 404, 410: asking again is useless
  Bytes plaintext;
};

class Downloads {
 public:
  Downloads(MediaHosts& hosts, FileKind kind) : hosts_(hosts), kind_(kind) {}

  // False: the reference cannot be used in a request; nothing was started.
  bool start(std::uint64_t tag, const appstate::BlobReference& file, Turn&);
  bool owns(FetchId fetch) const;
  std::optional<Downloaded> on_fetched(FetchId fetch, bool ok, int http_status, Bytes body, Turn&);
  void on_hosts(Turn&);       // HostsKnown
  std::optional<MonoTime> deadline() const;
  void on_tick(Turn&);        // repeats what failed
  void clear();
  bool empty() const { return open_.empty(); }

 private:
  struct Open {
    appstate::BlobReference file;
    std::string path;
    FetchId fetch = 0;        // 0: waiting for hosts, or for retry_at
    int tries = 0;
    std::optional<MonoTime> retry_at;
  };
  void issue(Open& open, Turn&);

  MediaHosts& hosts_;
  FileKind kind_;
  std::map<std::uint64_t, Open> open_;
};

}  // namespace wa::client
