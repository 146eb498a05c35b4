// tested by unit/noise/noise_vectors.cpp
#include "noise/handshake.h"

#include "handshake.pb.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "wire/frame.h"

namespace wa::noise {
namespace {

using Envelope = pb::HandshakeMessage;

constexpr proto::Nested kParts[] = {
    {Envelope::kClientHelloFieldNumber}, {Envelope::kServerHelloFieldNumber}, {Envelope::kClientFinishFieldNumber}, {}};

}  // namespace

Handshake::Handshake(crypto::KeyPair noise_key, crypto::KeyPair ephemeral)
    : noise_key_(std::move(noise_key)), ephemeral_(std::move(ephemeral)), state_(kXxName, wire::kIntro) {
  state_.mix_hash(ephemeral_.public_key);
}

Bytes Handshake::client_hello() const {
  proto::Writer hello, message;
  hello.bytes(Envelope::Hello::kEphemeralFieldNumber, ephemeral_.public_key);
  return message.message(Envelope::kClientHelloFieldNumber, hello).written();
}

// The steps and their order are those of 01 section 3.2; the trace in noise.json checks each.
Result<Handshake::Finished> Handshake::on_server_hello(ByteView message, ByteView client_payload,
                                                       const CertificatePolicy& policy, WallTime now) {
  using Hello = Envelope::Hello;
  const proto::Parsed in(message, kParts);
  if (!in || !in->has(Envelope::kServerHelloFieldNumber)) return {Errc::bad_input, "server hello is malformed"};
  const proto::Reader hello = in->message(Envelope::kServerHelloFieldNumber);
  const ByteView ephemeral = hello.bytes(Hello::kEphemeralFieldNumber);
  if (ephemeral.size() != 32) return {Errc::bad_input, "server ephemeral key has the wrong size"};
  const crypto::PublicKey server_ephemeral = array_of<32>(ephemeral);
  state_.mix_hash(server_ephemeral);
  WA_TRY(const auto ee, crypto::x25519(ephemeral_.private_key, server_ephemeral));
  state_.mix_key(ee);
  WA_TRY(const Bytes static_bytes, state_.decrypt(hello.bytes(Hello::kStaticFieldNumber)));
  if (static_bytes.size() != 32) return {Errc::bad_input, "server static key has the wrong size"};
  const crypto::PublicKey server_static = array_of<32>(static_bytes);
  WA_TRY(const auto es, crypto::x25519(ephemeral_.private_key, server_static));
  state_.mix_key(es);
  WA_TRY(const Bytes chain, state_.decrypt(hello.bytes(Hello::kPayloadFieldNumber)));
  WA_TRY(verify_certificate(chain, server_static, policy, now));

  const Bytes sealed_static = state_.encrypt(noise_key_.public_key);
  WA_TRY(const auto se, crypto::x25519(noise_key_.private_key, server_ephemeral));
  state_.mix_key(se);
  const Bytes sealed_payload = state_.encrypt(client_payload);
  proto::Writer finish, reply;
  finish.bytes(Envelope::ClientFinish::kStaticFieldNumber, sealed_static)
      .bytes(Envelope::ClientFinish::kPayloadFieldNumber, sealed_payload);
  reply.message(Envelope::kClientFinishFieldNumber, finish);
  const SymmetricState::Keys keys = state_.split();
  return Finished{reply.written(), Transport(keys.client_to_server, keys.server_to_client)};
}

}  // namespace wa::noise
