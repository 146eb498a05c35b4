// tested by unit/noise/noise_vectors.cpp
#include "noise/handshake.h"

#include "handshake.pb.h"
#include "proto/reader.h"

namespace wa::noise {
namespace {

using Chain = pb::CertChain;

constexpr proto::Nested kCertificates[] = {{Chain::kLeafFieldNumber}, {Chain::kIntermediateFieldNumber}, {}};

struct Certificate {
  std::uint32_t serial = 0, issuer_serial = 0;
  crypto::PublicKey key{};
  std::uint64_t not_before_s = 0, not_after_s = 0;
};

// Signature first, over the bytes as received: details of an unsigned certificate are not looked at.
Result<Certificate> open_certificate(const proto::Reader& certificate, const crypto::PublicKey& issuer) {
  using Field = Chain::NoiseCertificate;
  using Details = Field::Details;
  const ByteView signature = certificate.bytes(Field::kSignatureFieldNumber);
  const ByteView signed_bytes = certificate.bytes(Field::kDetailsFieldNumber);
  if (signature.size() != 64) return {Errc::bad_certificate, "certificate signature has the wrong size"};
  if (!crypto::xeddsa_verify(issuer, signed_bytes, signature)) {
    return {Errc::bad_signature, "certificate signature is wrong"};
  }
  const proto::Parsed details(signed_bytes);
  if (!details) return {Errc::bad_certificate, "certificate details are malformed"};
  const ByteView key = details->bytes(Details::kKeyFieldNumber);
  if (key.size() != 32) return {Errc::bad_certificate, "certificate key has the wrong size"};
  return Certificate{details->uint32(Details::kSerialFieldNumber), details->uint32(Details::kIssuerSerialFieldNumber),
                     array_of<32>(key), details->uint64(Details::kNotBeforeFieldNumber),
                     details->uint64(Details::kNotAfterFieldNumber)};
}

bool in_dates(const Certificate& certificate, WallTime now) {
  const auto seconds = static_cast<std::uint64_t>(now.seconds());
  return certificate.not_before_s <= seconds && seconds <= certificate.not_after_s;
}

}  // namespace

CertificatePolicy production_certificate_policy() {
  CertificatePolicy policy;
  policy.root_key = {0x14, 0x23, 0x75, 0x57, 0x4d, 0x0a, 0x58, 0x71, 0x66, 0xaa, 0xe7, 0x1e, 0xbe, 0x51, 0x64, 0x37,
                     0xc4, 0xa2, 0x8b, 0x73, 0xe3, 0x69, 0x5c, 0x6c, 0xe1, 0xf7, 0xf9, 0x54, 0x5d, 0xa8, 0xee, 0x6b};
  return policy;
}

Result<void> verify_certificate(ByteView chain, const crypto::PublicKey& server_static, const CertificatePolicy& policy,
                                WallTime now) {
  const proto::Parsed in(chain, kCertificates);
  if (!in) return {Errc::bad_certificate, "certificate chain is malformed"};
  if (!in->has(Chain::kLeafFieldNumber) || !in->has(Chain::kIntermediateFieldNumber)) {
    return {Errc::bad_certificate, "certificate chain is incomplete"};
  }
  WA_TRY(const Certificate intermediate,
         open_certificate(in->message(Chain::kIntermediateFieldNumber), policy.root_key));
  if (intermediate.issuer_serial != policy.root_serial) {
    return {Errc::bad_certificate, "intermediate certificate names another root"};
  }
  WA_TRY(const Certificate leaf, open_certificate(in->message(Chain::kLeafFieldNumber), intermediate.key));
  if (leaf.issuer_serial != intermediate.serial) {
    return {Errc::bad_certificate, "leaf certificate names another issuer"};
  }
  if (leaf.key != server_static) return {Errc::bad_certificate, "leaf certificate is for another key"};
  if (policy.check_dates && !(in_dates(intermediate, now) && in_dates(leaf, now))) {
    return {Errc::clock_or_expired, "clock wrong or certificate expired"};
  }
  return {};
}

}  // namespace wa::noise
