// tested by unit/noise/noise_vectors.cpp
#include "noise/handshake.h"

#include "handshake.pb.h"
#include "proto/message.h"
#include "wire/frame.h"

namespace wa::noise {

Handshake::Handshake(crypto::KeyPair noise_key, crypto::KeyPair ephemeral)
    : noise_key_(std::move(noise_key)), ephemeral_(std::move(ephemeral)), state_(kXxName, wire::kIntro) {
  state_.mix_hash(ephemeral_.public_key);
}

Bytes Handshake::client_hello() const {
  pb::HandshakeMessage message;
  message.mutable_client_hello()->set_ephemeral(to_string(ephemeral_.public_key));
  return proto::serialise(message);
}

// The steps and their order are those of 01 section 3.2; the trace in noise.json checks each.
Result<Handshake::Finished> Handshake::on_server_hello(ByteView message, ByteView client_payload,
                                                       const CertificatePolicy& policy, WallTime now) {
  pb::HandshakeMessage parsed;
  if (!proto::parse(parsed, message) || !parsed.has_server_hello()) {
    return {Errc::bad_input, "server hello is malformed"};
  }
  const auto& hello = parsed.server_hello();
  if (hello.ephemeral().size() != 32) return {Errc::bad_input, "server ephemeral key has the wrong size"};
  const crypto::PublicKey server_ephemeral = array_of<32>(view(hello.ephemeral()));
  state_.mix_hash(server_ephemeral);
  WA_TRY(const auto ee, crypto::x25519(ephemeral_.private_key, server_ephemeral));
  state_.mix_key(ee);
  WA_TRY(const Bytes static_bytes, state_.decrypt(view(hello.static_())));
  if (static_bytes.size() != 32) return {Errc::bad_input, "server static key has the wrong size"};
  const crypto::PublicKey server_static = array_of<32>(static_bytes);
  WA_TRY(const auto es, crypto::x25519(ephemeral_.private_key, server_static));
  state_.mix_key(es);
  WA_TRY(const Bytes chain, state_.decrypt(view(hello.payload())));
  WA_TRY(verify_certificate(chain, server_static, policy, now));

  const Bytes sealed_static = state_.encrypt(noise_key_.public_key);
  WA_TRY(const auto se, crypto::x25519(noise_key_.private_key, server_ephemeral));
  state_.mix_key(se);
  const Bytes sealed_payload = state_.encrypt(client_payload);
  pb::HandshakeMessage reply;
  reply.mutable_client_finish()->set_static_(to_string(sealed_static));
  reply.mutable_client_finish()->set_payload(to_string(sealed_payload));
  const SymmetricState::Keys keys = state_.split();
  return Finished{proto::serialise(reply), Transport(keys.client_to_server, keys.server_to_client)};
}

}  // namespace wa::noise
