// History sync (07 section 9): takes from a history what this service needs: chat settings, the last message key of each
// chat, push names, LID mappings, tokens. Bodies are never read.
// Guarantees: a notification is a row before it is acknowledged and until it was processed; one file at a time; at most
// kItemsPerStep items are written per step, the rest follows by deadline; a repeated notification does no harm; the
// receipt for a processed history is sent again after a crash or a lost link.
#pragma once

#include <memory>

#include "client/history/contract.h"
#include "client/history/history_reader.h"
#include "client/link/out.h"
#include "client/media/downloads.h"

namespace wa::client {

class History {
 public:
  explicit History(MediaHosts& hosts) : downloads_(hosts, FileKind::history) {}

  void on_online(Out&, Turn&);
  void on_offline(Turn&);
  std::optional<MonoTime> deadline() const;
  void on_tick(Out&, Turn&);
  // From the own phone only. Stored at once, processed when its turn comes.
  void on(const HistoryNotification&, Out&, Turn&);
  void on(const HostsKnown&, Out&, Turn& turn) { downloads_.on_hosts(turn); }
  bool owns(FetchId fetch) const { return downloads_.owns(fetch); }
  void on_fetched(FetchId, bool ok, int http_status, Bytes body, Turn&);

 private:
  struct Job {
    HistoryNotification about;      // without its payload
    std::unique_ptr<HistoryReader> reader;  // empty while the file is on its way
    std::uint32_t conversations = 0;
    MonoTime next_step;
  };
  void start_next(Turn&);
  void read_some(Turn&);
  void finish(bool ok, Turn&);

  Downloads downloads_;
  std::unique_ptr<Job> job_;
  bool online_ = false;
  std::optional<MonoTime> forget_done_;   // receipts of finished histories count as sent then
};

}  // namespace wa::client
