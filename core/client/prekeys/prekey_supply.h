// Keeps the service supplied with our prekeys (04 section 6): count after login, first upload, top-up, digest, rotation.
// Guarantees: private keys are rows before their upload leaves; an unconfirmed upload is sent again, never replaced.
#pragma once

#include "client/config.h"
#include "client/link/out.h"

namespace wa::client {

class PrekeyFlow {
 public:
  explicit PrekeyFlow(const Config& config) : config_(config) {}

  void on_online(Out&, Turn&);
  void on_low(std::uint32_t left, Out&, Turn&);      // <notification type="encrypt"><count value/>
  void check_digest(Out&, Turn&);                    // <notification type="encrypt"><digest/>
  void on_answer(const PrekeyCountQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const PrekeyUploadQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const PrekeyDigestQuery&, const QueryAnswer&, Out&, Turn&);
  void on_answer(const SignedPrekeyQuery&, const QueryAnswer&, Out&, Turn&);
  void on_offline(Turn&) {
    uploading_ = repaired_ = false;
    retry_at_.reset();
  }
  void on_tick(Out&, Turn&);
  std::optional<MonoTime> deadline() const { return retry_at_; }

 private:
  void upload(std::uint32_t have, Out&, Turn&);
  void rotate_if_due(Out&, Turn&);
  void repair(Out&, Turn&);
  void retry_later(Turn&);

  const Config& config_;
  bool uploading_ = false;
  bool repaired_ = false;   // uploaded again because of the digest, on this connection
  std::optional<MonoTime> retry_at_;
};

}  // namespace wa::client
