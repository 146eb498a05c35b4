// The other end of one connection, scripted by a test: the responder's half of Noise XX with its own certificate chain,
// then stanzas both ways. Independent of core/sim, so that the link is checked against something that shares less with it.
#pragma once

#include <vector>

#include "crypto/curve.h"
#include "handshake.pb.h"
#include "noise/handshake.h"
#include "wire/frame.h"
#include "wire/node.h"

namespace wa::test {

class ServerSide {
 public:
  explicit ServerSide(Random& random)
      : random_(random), root_(crypto::KeyPair::generate(random)), intermediate_(crypto::KeyPair::generate(random)),
        static_(crypto::KeyPair::generate(random)) {}

  noise::CertificatePolicy policy() const { return {root_.public_key, 0, true}; }

  bool damage_certificate = false;
  std::uint64_t not_before_s = 0, not_after_s = 4'000'000'000;

  // A new connection: what was agreed before is forgotten.
  void restart() {
    intro.clear();
    hello_done_ = finished_ = false;
    received.clear();
    payload.clear();
    transport_.reset();
    frames_ = {};
  }

  // Bytes from the client; what the handshake answers comes back, framed.
  Bytes on_bytes(ByteView bytes) {
    Bytes out;
    if (!hello_done_ && frames_.buffered() == 0 && intro.empty()) {
      std::size_t skip = 0;
      if (bytes[0] == 0x45) skip = 7 + static_cast<std::size_t>(read_be(bytes.subspan(4, 3)));
      intro = to_bytes(bytes.first(skip + 4));
      bytes = bytes.subspan(skip + 4);
    }
    frames_.push(bytes);
    while (auto frame = frames_.next()) append(out, on_frame(*frame));
    return out;
  }

  bool open() const { return finished_; }
  Bytes seal(const wire::Node& node) { return seal_bytes(wire::encode_stanza(node)); }
  Bytes seal_bytes(ByteView plain) { return wire::encode_frame(*transport_->seal(plain)); }

  Bytes intro, payload;               // what the client sent first, and its ClientPayload
  std::vector<wire::Node> received;   // stanzas

 private:
  Bytes on_frame(const Bytes& frame) {
    if (finished_) {
      auto plain = transport_->open(frame);
      if (!plain) return {};
      if (auto node = wire::decode_stanza(*plain)) received.push_back(*std::move(node));
      return {};
    }
    pb::HandshakeMessage message;
    message.ParseFromArray(frame.data(), static_cast<int>(frame.size()));
    return hello_done_ ? on_finish(message) : on_hello(message);
  }

  Bytes on_hello(const pb::HandshakeMessage& message) {
    hello_done_ = true;
    const auto theirs = array_of<32>(view(message.client_hello().ephemeral()));
    ephemeral_ = crypto::KeyPair::generate(random_);
    state_.emplace(noise::kXxName, wire::kIntro);
    state_->mix_hash(theirs);
    state_->mix_hash(ephemeral_.public_key);
    state_->mix_key(*crypto::x25519(ephemeral_.private_key, theirs));
    pb::HandshakeMessage reply;
    reply.mutable_server_hello()->set_ephemeral(to_string(ephemeral_.public_key));
    reply.mutable_server_hello()->set_static_(to_string(state_->encrypt(static_.public_key)));
    state_->mix_key(*crypto::x25519(static_.private_key, theirs));
    reply.mutable_server_hello()->set_payload(to_string(state_->encrypt(chain())));
    return wire::encode_frame(view(reply.SerializeAsString()));
  }

  Bytes on_finish(const pb::HandshakeMessage& message) {
    auto client_static = state_->decrypt(view(message.client_finish().static_()));
    if (!client_static) return {};
    state_->mix_key(*crypto::x25519(ephemeral_.private_key, array_of<32>(*client_static)));
    auto plain = state_->decrypt(view(message.client_finish().payload()));
    if (!plain) return {};
    payload = *plain;
    const auto keys = state_->split();
    transport_.emplace(keys.server_to_client, keys.client_to_server);
    finished_ = true;
    return {};
  }

  void certify(pb::CertChain::NoiseCertificate* out, std::uint32_t serial, std::uint32_t issuer, const crypto::PublicKey& key,
               const crypto::KeyPair& signer) {
    pb::CertChain::NoiseCertificate::Details details;
    details.set_serial(serial);
    details.set_issuer_serial(issuer);
    details.set_key(to_string(key));
    details.set_not_before(not_before_s);
    details.set_not_after(not_after_s);
    out->set_details(details.SerializeAsString());
    out->set_signature(to_string(crypto::xeddsa_sign(signer.private_key, view(out->details()), random_.array<64>())));
  }

  Bytes chain() {
    pb::CertChain chain;
    certify(chain.mutable_intermediate(), 1, 0, intermediate_.public_key, root_);
    certify(chain.mutable_leaf(), 2, 1, static_.public_key, intermediate_);
    if (damage_certificate) (*chain.mutable_leaf()->mutable_signature())[7] ^= 1;
    return to_bytes(chain.SerializeAsString());
  }

  Random& random_;
  crypto::KeyPair root_, intermediate_, static_, ephemeral_;
  std::optional<noise::SymmetricState> state_;
  std::optional<noise::Transport> transport_;
  wire::FrameBuffer frames_;
  bool hello_done_ = false, finished_ = false;
};

}  // namespace wa::test
