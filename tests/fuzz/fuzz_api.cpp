// A script of inputs for a gateway and the directory before it. The first line of the input is "METHOD TARGET", the rest
// the body. Laws: exactly one reply for a request that was not handed on; no input makes a step fail.
#include "fuzz/fuzz.h"
#include "gateway/directory/directory.h"
#include "gateway/gateway.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

using namespace wa;

namespace {

int replies(const std::vector<Effect>& effects) {
  int count = 0;
  for (const Effect& effect : effects) count += std::holds_alternative<Reply>(effect);
  return count;
}

gateway::ApiRequest request_of(ByteView input) {
  gateway::ApiRequest request;
  request.request = 1;
  const std::string_view text = text_of(input);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::size_t space = std::min(text.find(' '), line);
  request.method = std::string(text.substr(0, space));
  request.target = std::string(text.substr(std::min(space + 1, line), line - std::min(space + 1, line)));
  request.content_type = "application/json";
  request.body = std::string(text.substr(std::min(line + 1, text.size())));
  return request;
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 20'000) return;
  sim::SeededRandom random{3};
  const Now now{{1'000}, {1'790'000'000'000}};
  store::MemoryStore disk;
  gateway::Config config;
  config.device_id = "0b8e4d4e-0000-4000-8000-000000000001";
  config.user_id = "0b8e4d4e-0000-4000-8000-000000000002";
  auto machine = gateway::Gateway::open(config, disk, random, now);
  WA_ASSERT(machine.ok());
  const gateway::ApiRequest request = request_of(input);
  int answered = 0;
  gateway::Step step = (*machine)->handle(request, now);
  answered += replies(step.effects);
  disk.apply(step.writes);
  // Bytes of the same input also play the service, and then time passes until every wait must be over.
  step = (*machine)->handle(gateway::Opened{1}, now);
  disk.apply(step.writes);
  step = (*machine)->handle(gateway::Received{1, to_bytes(input)}, now);
  answered += replies(step.effects);
  disk.apply(step.writes);
  for (int i = 1; i <= 20 && step.wake; ++i) {
    const Now later{{1'000 + i * 10'000}, {1'790'000'000'000 + i * 10'000}};
    step = (*machine)->handle(gateway::Tick{}, later);
    answered += replies(step.effects);
    disk.apply(step.writes);
  }
  WA_ASSERT(answered <= 1);

  store::MemoryStore names;
  auto directory = gateway::Directory::open({to_string(Bytes(32, 1)), {}}, names, random, now);
  WA_ASSERT(directory.ok());
  int answers = 0;
  for (const auto& effect : (*directory)->handle(request, now).effects) answers += std::holds_alternative<Reply>(effect);
  WA_ASSERT(answers == 1);  // nobody is known here, so nothing can be handed on
}
