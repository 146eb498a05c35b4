// Linking this device: QR refs, the pairing code, pair-success (03). Lives only while the device is not paired.
// Guarantees: the new account is stored in the same step as the reply that promises it; the QR text is never logged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/config.h"
#include "client/link/out.h"
#include "client/turn.h"

namespace wa::client {

class Pairing {
 public:
  explicit Pairing(const Config& config) : config_(&config) {}

  void on_pair_device(const stanza::PairDevice&, Out&, Turn&);
  // True: paired; a 515 follows.
  bool on_pair_success(const stanza::PairSuccess&, Out&, Turn&);
  void on_primary_hello(const stanza::LinkCodePrimaryHello&, Out&, Turn&);
  void on_refresh(Out&, Turn&);                 // companion_reg_refresh: a new secret, the QR drawn anew
  void on_code_refresh(Turn&);                  // the phone wants another code
  void on_passkey_request(Turn&);
  void on_answer(const PairHelloQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const PairFinishQuery&, const QueryAnswer&, Out&, Turn&);

  // Waits for pair-device if it has not come yet. Errc::conflict while another code is on its way.
  Result<void> request_code(const RequestPairCode&, Out&, Turn&);

  void on_offline(Turn&);                       // refs and code die with the connection
  void on_tick(Out&, Turn&);                    // RefsUsedUp: only a new connection brings new ones
  std::optional<MonoTime> deadline() const;

  struct Qr { std::string text; MonoTime expires; };
  std::optional<Qr> qr() const;
  bool passkey_required() const { return passkey_required_; }

 private:
  struct Code {
    CommandId command = 0;
    std::string phone;
    std::string text;
    crypto::KeyPair ephemeral;
    std::string ref;          // empty until the service accepted the hello
    MonoTime expires;
    int hellos = 0;
    bool sent = false, finished = false;
  };

  void show_next_ref(Out&, Turn&);
  std::string qr_text(const Account&) const;
  void send_hello(Out&, Turn&);
  void fail_code(int upstream_code, const char* reason, Turn&);

  const Config* config_;
  std::vector<std::string> refs_;   // still to show; front is shown now
  std::string shown_;               // the text shown now
  bool first_ref_ = true;
  bool ready_ = false;              // pair-device came on this connection
  bool exhausted_ = false;
  bool passkey_required_ = false;
  std::optional<MonoTime> ref_expires_;
  std::optional<Code> code_;
};

}  // namespace wa::client
