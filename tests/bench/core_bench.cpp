// What the core costs per operation, as CPU time and as a ratio to one HMAC-SHA256 of 128 bytes in the same run. A table,
// then one JSON line a row. Asserts nothing.
#include <cstdio>
#include <ctime>
#include <string>

#include "appstate/mutation.h"
#include "crypto/hash.h"
#include "noise/transport.h"
#include "signal/ratchet.h"
#include "sim/world/seeded_random.h"
#include "stanza/inbound.h"
#include "wire/node.h"

using namespace wa;

namespace {

volatile std::size_t sink = 0;  // keeps results alive

template <class Work>
double microseconds(Work work) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    int done = 0;
    const std::clock_t start = std::clock();
    while (std::clock() - start < CLOCKS_PER_SEC / 20) {
      for (int i = 0; i < 16; ++i) sink = sink + work();
      done += 16;
    }
    const double each = 1e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / done;
    if (each < best) best = each;
  }
  return best;
}

wire::Node typical_message() {
  wire::Node message("message");
  message.attr("from", wire::Jid{"5511999999999", wire::Server::pn}).attr("id", "3EB0B833389AFDD9AAF180");
  message.attr("type", "text").attr("t", "1790000000").attr("notify", "Ana");
  wire::Node enc("enc");
  enc.attr("v", "2").attr("type", "msg").bytes(Bytes(180, 7));
  message.child(std::move(enc));
  return message;
}

void row(const char* name, double us, double baseline) {
  std::printf("%-34s %9.3f us %8.2f x\n", name, us, us / baseline);
  std::printf("{\"bench\":\"core\",\"name\":\"%s\",\"us\":%.4f,\"ratio\":%.3f}\n", name, us, us / baseline);
}

}  // namespace

int main() {
  sim::SeededRandom random{1};
  const Bytes block = random.bytes(128);
  const double hmac = microseconds([&] { return crypto::hmac_sha256(block, block)[0]; });
  row("baseline: HMAC-SHA256 of 128 B", hmac, hmac);

  const wire::Node message = typical_message();
  const Bytes stanza = wire::encode_stanza(message);
  row("node encode, text message", microseconds([&] { return wire::encode_stanza(message).size(); }), hmac);
  row("node decode, text message", microseconds([&] { return wire::decode_stanza(stanza)->attrs.size(); }), hmac);
  row("decode and parse_inbound", microseconds([&] { return stanza::parse_inbound(*wire::decode_stanza(stanza)).index(); }), hmac);

  noise::Transport sender({1}, {2});
  row("frame seal, 256 B", microseconds([&] { return sender.seal(Bytes(256, 1))->size(); }), hmac);

  appstate::LtHash hash;
  row("LTHash add", microseconds([&] { hash.add(block); return hash.lanes[0]; }), hmac);

  const auto alice = crypto::KeyPair::generate(random), bob = crypto::KeyPair::generate(random);
  const auto signed_prekey = crypto::KeyPair::generate(random);
  const signal::RemoteBundle bundle{5, bob.public_key, 1, signed_prekey.public_key, {}, {}};
  auto ratchet = signal::start_as_initiator(alice, 7, bundle, crypto::KeyPair::generate(random), crypto::KeyPair::generate(random));
  row("ratchet encrypt, 64 B", microseconds([&] { return signal::encrypt(*ratchet, Bytes(64, 3)).message.size(); }), hmac);

  const appstate::Keys keys = appstate::expand_keys(Bytes(32, 9));
  const appstate::Mutation archive{appstate::Operation::set, to_bytes("[\"archive\",\"5511999999999@s.whatsapp.net\"]"), Bytes(40, 1), 3};
  row("app-state record encrypt", microseconds([&] { return appstate::encrypt_mutation(archive, keys, Bytes(6, 1), {}).value_blob.size(); }), hmac);
  return 0;
}
