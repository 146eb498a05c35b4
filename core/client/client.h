// One linked device: the protocol's mechanism, no policy. Everything it knows between inputs is link state, open queries
// and deadlines; the rest are rows. Rooms do not call each other: Client forwards what one has found to others.
#pragma once

#include <memory>

#include "client/config.h"
#include "client/contract.h"
#include "client/turn.h"

namespace wa::client {

struct Status {
  LinkState link = LinkState::idle;
  bool wanted = false;     // Start was given and nothing forbids to reconnect
  bool paired = false;
  bool passkey_required = false;
  std::string jid;         // own PN JID with device, when paired
  std::string lid;
  std::string phone;       // digits
  std::optional<MonoTime> retry_at;
  const char* stop_reason = "";  // why the link will not come back by itself: "replaced", "logged_out", "client_too_old", ...
};

class Client {
 public:
  static Result<std::unique_ptr<Client>> open(const Config&, const store::StoreView&, Now);
  ~Client();

  // Inputs. All are total: bytes of any kind change the link at most.
  void on_opened(ConnectionId, Turn&);
  void on_bytes(ConnectionId, ByteView, Turn&);
  void on_closed(ConnectionId, Turn&);
  void on_fetched(FetchId, bool ok, int http_status, Bytes body, Turn&);
  void on_file_done(const FileDone&, Turn&);
  void on_tick(Turn&);                               // fires every deadline that has passed
  Result<void> execute(const Command&, Turn&);

  std::optional<MonoTime> deadline() const;          // nullopt: nothing to wait for
  Status status() const;
  // The QR shown now, if any: text and what is left of its life.
  struct Qr { std::string text; MonoTime expires; };
  std::optional<Qr> qr() const;

 private:
  struct Parts;
  explicit Client(std::unique_ptr<Parts>);
  std::unique_ptr<Parts> parts_;
};

}  // namespace wa::client
