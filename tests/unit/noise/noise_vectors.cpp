#include "support/vectors.h"

#include "noise/handshake.h"
#include "wire/frame.h"

using namespace wa;
using test::hex_field;
using nlohmann::json;

namespace {

crypto::KeyPair key_of(const json& vector, const char* name) {
  return crypto::KeyPair::from_private(array_of<32>(hex_field(vector, name)));
}

// Payloads of the frames in `wire`, fed in chunks of the sizes given (the rest at once).
std::vector<Bytes> frames_of(const Bytes& wire, const std::vector<std::size_t>& chunks) {
  wire::FrameBuffer buffer;
  std::vector<Bytes> out;
  std::size_t at = 0;
  const auto push = [&](std::size_t size) {
    buffer.push(ByteView(wire).subspan(at, size));
    at += size;
    while (auto frame = buffer.next()) out.push_back(*frame);
  };
  for (std::size_t chunk : chunks) push(std::min(chunk, wire.size() - at));
  push(wire.size() - at);
  return out;
}

// Compares h, ck, k and the counter with the step the trace names.
struct Trace {
  const json& steps;
  std::size_t at = 0;
  bool ok = true;
  void expect(const noise::SymmetricState& state) {
    if (at >= steps.size()) { ok = false; return; }
    const json& step = steps[at++];
    ok = ok && equal(state.hash(), hex_field(step, "h")) && equal(state.chaining_key(), hex_field(step, "ck")) &&
         equal(state.cipher_key(), hex_field(step, "k")) && state.counter() == step["n"].get<std::uint32_t>();
  }
  bool complete() const { return ok && at == steps.size(); }
};

// The whole XX or XXfallback trace, computed from all the private keys, step by step.
bool trace_xx(const json& vector, const json& steps, std::string_view name) {
  const auto ce = key_of(vector, "client_ephemeral_private"), cs = key_of(vector, "client_static_private");
  const auto se = key_of(vector, "server_ephemeral_private"), ss = key_of(vector, "server_static_private");
  Trace trace{steps};
  // The constructor does start and the prologue at once: step 0 of the trace is the name alone.
  noise::SymmetricState state(name, wire::kIntro);
  trace.at = 1;
  trace.expect(state);
  state.mix_hash(ce.public_key);
  trace.expect(state);
  state.mix_hash(se.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(ce.private_key, se.public_key));
  trace.expect(state);
  state.encrypt(ss.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(ce.private_key, ss.public_key));
  trace.expect(state);
  state.encrypt(hex_field(vector, "cert_chain"));
  trace.expect(state);
  state.encrypt(cs.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(cs.private_key, se.public_key));
  trace.expect(state);
  state.encrypt(hex_field(vector, "client_payload"));
  trace.expect(state);
  const auto keys = state.split();
  return trace.complete() && equal(keys.client_to_server, hex_field(vector, "write_key")) &&
         equal(keys.server_to_client, hex_field(vector, "read_key"));
}

bool trace_ik(const json& vector) {
  const auto ce = key_of(vector, "client_ephemeral_private"), cs = key_of(vector, "client_static_private");
  const auto cached = array_of<32>(hex_field(vector, "cached_server_static_public"));
  Trace trace{vector["ik_steps"]};
  noise::SymmetricState state(noise::kIkName, wire::kIntro);
  trace.at = 1;
  trace.expect(state);
  state.mix_hash(cached);
  trace.expect(state);
  state.mix_hash(ce.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(ce.private_key, cached));
  trace.expect(state);
  const Bytes sealed_static = state.encrypt(cs.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(cs.private_key, cached));
  trace.expect(state);
  const Bytes sealed_payload = state.encrypt(hex_field(vector, "client_payload"));
  trace.expect(state);
  // The sealed parts must occur in the first message as they are.
  const Bytes wire = hex_field(vector, "wire_client_1");
  const auto contains = [&](const Bytes& part) { return text_of(wire).find(text_of(part)) != std::string_view::npos; };
  if (!contains(sealed_static) || !contains(sealed_payload)) return false;
  if (trace.complete()) return true;  // refused: the fallback trace goes on
  const auto se = key_of(vector, "server_ephemeral_private");
  state.mix_hash(se.public_key);
  trace.expect(state);
  state.mix_key(*crypto::x25519(ce.private_key, se.public_key));
  trace.expect(state);
  state.mix_key(*crypto::x25519(cs.private_key, se.public_key));
  trace.expect(state);
  state.encrypt(hex_field(vector, "cert_chain"));
  trace.expect(state);
  const auto keys = state.split();
  return trace.complete() && equal(keys.client_to_server, hex_field(vector, "write_key")) &&
         equal(keys.server_to_client, hex_field(vector, "read_key"));
}

bool transport_agrees(const json& vector, noise::Transport& transport) {
  for (const json& frame : vector.value("transport_client_to_server", json::array())) {
    auto sealed = transport.seal(hex_field(frame, "plaintext"));
    if (!sealed.ok() || wire::encode_frame(*sealed) != hex_field(frame, "frame")) return false;
  }
  for (const json& frame : vector.value("transport_server_to_client", json::array())) {
    const auto payloads = frames_of(hex_field(frame, "frame"), {});
    if (payloads.size() != 1) return false;
    auto opened = transport.open(payloads[0]);
    if (!opened.ok() || *opened != hex_field(frame, "plaintext")) return false;
  }
  return true;
}

// The product's own path: Handshake against the recorded server bytes.
bool run_xx(const json& vector, bool check_dates) {
  noise::Handshake handshake(key_of(vector, "client_static_private"), key_of(vector, "client_ephemeral_private"));
  const Bytes routing = vector.contains("routing_info") ? hex_field(vector, "routing_info") : Bytes{};
  const Bytes first = concat({wire::build_intro(routing), wire::encode_frame(handshake.client_hello())});
  if (first != hex_field(vector, "wire_client_1")) return false;
  noise::CertificatePolicy policy;
  policy.root_key = array_of<32>(hex_field(vector, "root_public_key"));
  policy.root_serial = vector["root_serial"].get<std::uint32_t>();
  policy.check_dates = check_dates;
  const auto chunks = vector.value("server_chunks_example", std::vector<std::size_t>{});
  const auto frames = frames_of(hex_field(vector, "wire_server_1"), chunks);
  if (frames.size() != 1) return false;
  auto finished = handshake.on_server_hello(frames[0], hex_field(vector, "client_payload"), policy,
                                            WallTime::from_seconds(vector["unix_time_for_validity"].get<std::int64_t>()));
  if (!finished.ok()) return false;
  if (!vector.contains("wire_client_2")) return true;
  return wire::encode_frame(finished->client_finish) == hex_field(vector, "wire_client_2") &&
         transport_agrees(vector, finished->transport);
}

}  // namespace

WA_VECTORS("noise.json", file, report) {
  for (const json& prefix : file["frame_prefixes"]) {
    const auto length = prefix["length"].get<std::size_t>();
    if (length > 100'000) continue;  // the same three bytes; only the size of the copy differs
    const Bytes frame = wire::encode_frame(Bytes(length));
    report.check("frame prefix", equal(ByteView(frame).first(3), hex_field(prefix, "prefix")) && frame.size() == length + 3);
  }
  for (const json& vector : file["vectors"]) {
    const std::string name = vector["name"], pattern = vector["pattern"], expect = vector.value("expect", "");
    if (expect == "reject") {
      report.check(name, !run_xx(vector, true) && !run_xx(vector, false));
    } else if (expect == "reject_if_dates_checked") {
      report.check(name, !run_xx(vector, true) && run_xx(vector, false));
    } else if (pattern == "XX") {
      report.check(name, trace_xx(vector, vector["steps"], noise::kXxName) && run_xx(vector, true));
    } else if (pattern == "IK") {
      report.check(name, trace_ik(vector));
    } else {
      report.check(name, trace_ik(vector) && trace_xx(vector, vector["fallback_steps"], noise::kXxFallbackName));
    }
  }
}
