// The simulator's test program: every scenario undisturbed, the crash matrix over the main ones, and many random seeds.
//   sim_test                                  what CI runs (1,000 seeds)
//   sim_test --seeds N                        more of them
//   sim_test --list | --matrix SCENARIO
//   sim_test --seed S --scenario X [--weather] [--step N --point before|commit|K]   one run again, with its trace
//   sim_test --seed S --random                the run that seed S makes among the many
//   sim_test --hashes [--seeds N]             one line a run: scenario, seed, trace hash; every build must print the same
//   sim_test --golden DIR [--write]           six scenarios step by step against DIR/SCENARIO.txt, so that a change shows what it did
//   sim_test --brief [--seeds N]              without the longer matrices, for slow builds
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/play.h"

namespace wa::sim {
namespace {

struct Run {
  std::uint64_t seed = 1;
  const Scenario* scenario = nullptr;
  std::vector<Crash> crashes;
  bool random_weather = false, trace = false, broken_host = false;
  void (*falsify)(Play&) = nullptr;   // after the run: spoils what the script expects
};

struct Outcome {
  std::vector<std::string> failures;
  std::vector<std::size_t> effects_of_steps;
  std::uint64_t hash = 0;
};

std::string text_of(const Crash& crash) {
  std::string point = crash.point == CrashPoint::before_commit ? "before" : crash.point == CrashPoint::after_commit ? "commit" : std::to_string(crash.effect);
  return "step=" + std::to_string(crash.step) + " point=" + point;
}

void print_trace(World& world) {
  for (const std::string& line : world.trace()) std::printf("%s\n", line.c_str());
  for (const Observation& seen : world.network().log()) std::printf("network %lld %s\n", static_cast<long long>(seen.at.ms), describe(seen.fact).c_str());
  for (const auto& [id, call] : world.calls()) {
    std::printf("api %s %s %s -> %s\n", call.method.c_str(), call.target.c_str(), call.body.c_str(),
                call.replies.empty() ? (call.lost ? "lost" : "nothing") : call.replies.front().body.substr(0, 300).c_str());
  }
}

Outcome play(const Run& run) {
  Setup setup;
  setup.seed = run.seed;
  setup.crashes = run.crashes;
  setup.keep_trace = run.trace;
  setup.broken_host = run.broken_host;
  SeededRandom random(run.seed ^ 0x77);
  if (run.random_weather) {
    setup.weather.delay_max_ms = 1 + random.below(400);
    setup.weather.split_percent = random.below(60);
    setup.weather.join_percent = random.below(60);
    setup.weather.refuse_connect_percent = random.chance(20) ? 30 : 0;
    setup.options.by_lid = random.chance(70);
    setup.options.conflict_with_patches = random.chance(70);
    setup.options.patches_per_answer = 1 + random.below(4);
    if (random.chance(40)) setup.options.clock_ahead_ms = (random.below(48 * 3600) - std::int64_t{24 * 3600}) * 1000;
  }
  const bool media = std::strncmp(run.scenario->name, "media_", 6) == 0;
  if (run.random_weather && media) {
    setup.weather.file_fault_percent = random.chance(50) ? 1 + random.below(20) : 0;
    setup.file_tools = random.chance(80);
  }
  run.scenario->arrange(setup);
  World world(setup);
  Play play(world, random);
  run.scenario->script(play);
  world.settle();
  if (run.falsify) run.falsify(play);
  Outcome outcome;
  outcome.failures = check(play);
  outcome.effects_of_steps = world.effects_of_steps();
  outcome.hash = world.trace_hash();
  if (run.trace) print_trace(world);
  return outcome;
}

int report(const Run& run, const Outcome& outcome) {
  if (outcome.failures.empty()) return 0;
  std::string where;
  for (const Crash& crash : run.crashes) where += " " + text_of(crash);
  if (where.empty()) where = " step=0";
  std::printf("FAILED seed=%llu%s scenario=%s%s\n", static_cast<unsigned long long>(run.seed), where.c_str(), run.scenario->name,
              run.random_weather ? " --weather" : "");
  int lines = 0;
  for (const std::string& failure : outcome.failures) {
    std::printf("  %s\n", failure.c_str());
    if (++lines == 8) break;
  }
  std::fflush(stdout);
  return 1;
}

// Every step of the undisturbed run: before its commit, after it, after each effect.
int matrix(const Scenario& scenario, std::uint64_t seed, std::size_t& runs) {
  Run run;
  run.seed = seed;
  run.scenario = &scenario;
  const Outcome whole = play(run);
  int failed = report(run, whole);
  ++runs;
  for (std::size_t step = 1; step <= whole.effects_of_steps.size() && failed < 20; ++step) {
    const auto one = [&](CrashPoint point, std::size_t effect) {
      run.crashes = {{step, point, effect}};
      failed += report(run, play(run));
      ++runs;
    };
    one(CrashPoint::before_commit, 0);
    one(CrashPoint::after_commit, 0);
    for (std::size_t effect = 1; effect <= whole.effects_of_steps[step - 1]; ++effect) one(CrashPoint::after_effect, effect);
  }
  return failed;
}

bool any_contains(const std::set<std::string>& lines, const char* what) {
  for (const std::string& line : lines) {
    if (line.find(what) != std::string::npos) return true;
  }
  return false;
}

// The first delivery of this event once more, about something else or under another id.
void forge(Play& play, const std::string& event, const std::string& subject, const std::string& id) {
  for (Delivery delivery : play.world.deliveries()) {
    if (delivery.event != event) continue;
    nlohmann::json body = nlohmann::json::parse(delivery.body, nullptr, false);
    for (const char* key : {"call_id", "message_id"}) {
      if (!subject.empty() && body["data"].contains(key)) body["data"][key] = subject;
    }
    delivery.body = body.dump();
    if (!id.empty()) delivery.id = id;
    play.forged.push_back(std::move(delivery));
    return;
  }
}

// The checkers themselves: a host that performs before it commits must be caught, and so must spoiled expectations.
int check_the_checkers() {
  int failed = 0;
  const auto demand = [&](bool condition, const char* what) {
    if (condition) return;
    std::printf("FAILED a checker is blind: %s\n", what);
    ++failed;
  };
  std::set<std::string> seen;
  for (const char* name : {"call_reply", "send_first", "failing_receiver", "archive_conflict"}) {
    Run run;
    run.scenario = scenario_named(name);
    run.broken_host = true;
    const std::size_t steps = play(run).effects_of_steps.size();
    for (std::size_t step = 1; step <= steps; ++step) {
      run.crashes = {{step, CrashPoint::before_commit, 0}};
      for (std::string& failure : play(run).failures) seen.insert(std::move(failure));
    }
  }
  for (const char* what : {"message key used twice", "webhook lost"}) demand(any_contains(seen, what), what);

  const auto spoiled = [&](const char* scenario, void (*falsify)(Play&), const char* what) {
    Run run;
    run.scenario = scenario_named(scenario);
    run.falsify = falsify;
    std::set<std::string> lines;
    for (std::string& failure : play(run).failures) lines.insert(std::move(failure));
    demand(any_contains(lines, what), what);
  };
  spoiled("call_reply", [](Play& play) { play.replies_allowed = false; }, "automatic reply although it is off");
  spoiled("call_reply", [](Play& play) { play.rejects_allowed = false; }, "reject although it is off");
  spoiled("failing_receiver", [](Play& play) { std::swap(play.texts.front().number, play.texts[2].number); }, "out of order");
  spoiled("send_first", [](Play& play) { play.sent_texts.insert("never said"); }, "text never arrived");
  spoiled("archive_conflict", [](Play& play) { play.archives.begin()->second = !play.archives.begin()->second; }, "archive intent not finished");
  spoiled("archive_conflict", [](Play& play) { play.network().archive_on_phone(play.world.pn(), "1@s.whatsapp.net", true); }, "unacknowledged");
  spoiled("send_first", [](Play& play) { play.world.request("GET", "/status"); }, "no reply to a request");
  spoiled("call_reply", [](Play& play) { forge(play, "call.offer", {}, "another id"); }, "one event, two webhook ids: call.offer");
  spoiled("call_reply", [](Play& play) { forge(play, "call.offer", "another call", {}); }, "one webhook id, two events: call.offer");
  spoiled("send_first", [](Play& play) { forge(play, "message.delivered", {}, "a new id"); }, "message.delivered before message.sent");
  spoiled("media_send", [](Play& play) { play.files.front().sha256 = "another"; }, "a file is not what was sent");
  spoiled("media_send", [](Play& play) { play.files.front().sent = false; }, "a job did not end");
  spoiled(
      "media_send", [](Play& play) { std::swap(play.files.front().sent, play.files.front().failed); },
      "a failed job sent its file");
  spoiled("media_receive", [](Play& play) { play.world.files().keep(1, {}); }, "files are left at the host");
  return failed;
}

Run random_run(std::uint64_t seed) {
  SeededRandom random(seed ^ 0xC0FFEE);
  Run run;
  run.seed = seed;
  run.random_weather = true;
  const std::vector<Scenario>& all = scenarios();
  run.scenario = &all[seed % all.size()];
  // Pairing by code costs three PBKDF2 with 131,072 rounds each: now and then is enough.
  if (std::strcmp(run.scenario->name, "pair_code") == 0 && seed % 5 != 0) run.scenario = scenario_named("chaos");
  for (std::uint32_t i = random.below(3); i > 0; --i) {
    run.crashes.push_back({1 + random.below(160), static_cast<CrashPoint>(random.below(3)), 1 + random.below(3)});
  }
  return run;
}

// Everything that is stored and sent goes into a trace hash, so equal lines mean that two builds did the same.
int print_hashes(std::uint64_t seeds) {
  for (const Scenario& scenario : scenarios()) {
    Run run;
    run.scenario = &scenario;
    std::printf("%s 1 %016llx\n", scenario.name, static_cast<unsigned long long>(play(run).hash));
  }
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Run run = random_run(seed);
    std::printf("random:%s %llu %016llx\n", run.scenario->name, static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(play(run).hash));
  }
  return 0;
}

int default_run(std::uint64_t seeds, bool brief) {
  int failed = 0;
  std::size_t runs = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count()) / 1000;
  };
  for (const Scenario& scenario : scenarios()) {
    Run run;
    run.scenario = &scenario;
    const Outcome first = play(run), second = play(run);
    failed += report(run, first);
    if (first.hash != second.hash) {
      std::printf("FAILED scenario=%s: two runs of one seed differ\n", scenario.name);
      ++failed;
    }
  }
  std::printf("%zu scenarios, %.1f s\n", scenarios().size(), seconds());
  for (const char* name : {"pair_qr", "first_login", "call_reply", "archive_conflict", "receive_retry", "failing_receiver", "send_first",
                           "group_send", "media_send", "media_receive", "media_retry", "media_jobs", "statuses"}) {
    if (brief && std::strcmp(name, "call_reply") != 0) continue;
    const std::size_t before = runs;
    failed += matrix(*scenario_named(name), 1, runs);
    std::printf("matrix %s: %zu crashes, %.1f s\n", name, runs - before, seconds());
    std::fflush(stdout);
  }
  failed += check_the_checkers();
  std::printf("checkers checked, %.1f s\n", seconds());
  std::uint64_t all_hashes = 0;
  for (std::uint64_t seed = 1; seed <= seeds && failed < 50; ++seed) {
    const Run run = random_run(seed);
    const Outcome outcome = play(run);
    failed += report(run, outcome);
    all_hashes = all_hashes * 31 + outcome.hash;
  }
  std::printf("%llu seeds, traces %016llx, %.1f s\n%d failed\n", static_cast<unsigned long long>(seeds),
              static_cast<unsigned long long>(all_hashes), seconds(), failed);
  return failed ? 1 : 0;
}

// One text line a step. A change of behaviour shows in the difference of the files; --write makes them anew.
int golden(const std::string& folder, bool write) {
  int failed = 0;
  for (const char* name : {"pair_qr", "first_login", "call_reply", "archive_conflict", "receive_retry", "group_send"}) {
    Setup setup;
    setup.keep_trace = true;
    const Scenario& scenario = *scenario_named(name);
    scenario.arrange(setup);
    SeededRandom random(setup.seed ^ 0x77);
    World world(setup);
    Play play(world, random);
    scenario.script(play);
    world.settle();
    const std::string path = folder + "/" + name + ".txt";
    if (write) {
      std::ofstream out(path);
      for (const std::string& line : world.trace()) out << line << "\n";
      continue;
    }
    std::ifstream in(path);
    std::size_t at = 0;
    std::string kept;
    while (std::getline(in, kept) && at < world.trace().size() && world.trace()[at] == kept) ++at;
    if (!in && at == world.trace().size()) continue;
    std::printf("FAILED %s, line %zu: a step is not as it was. sim_test --golden %s --write, then look at git diff\n  was: %s\n  is:  %s\n",
                path.c_str(), at + 1, folder.c_str(), in ? kept.c_str() : "(the end)",
                at < world.trace().size() ? world.trace()[at].c_str() : "(the end)");
    ++failed;
  }
  return failed;
}

struct Arguments {
  std::uint64_t seeds = 1000, seed = 1, step = 0;
  std::string scenario, matrix, golden, point = "before";
  bool list = false, weather = false, random = false, quiet = false, hashes = false, brief = false, write = false;
};

Arguments parse(int count, char** values) {
  Arguments out;
  for (int i = 1; i < count; ++i) {
    const std::string name = values[i];
    const std::string value = i + 1 < count ? values[i + 1] : "";
    const auto number = [&] { return std::strtoull(value.c_str(), nullptr, 10); };
    if (name == "--list") out.list = true;
    if (name == "--weather") out.weather = true;
    if (name == "--quiet") out.quiet = true;
    if (name == "--random") out.random = true;
    if (name == "--hashes") out.hashes = true;
    if (name == "--brief") out.brief = true;
    if (name == "--seeds") out.seeds = number();
    if (name == "--seed") out.seed = number();
    if (name == "--step") out.step = number();
    if (name == "--scenario") out.scenario = value;
    if (name == "--matrix") out.matrix = value;
    if (name == "--golden") out.golden = value;
    if (name == "--write") out.write = true;
    if (name == "--point") out.point = value;
  }
  return out;
}

int replay(const Arguments& arguments) {
  Run run = arguments.random ? random_run(arguments.seed) : Run{};
  run.seed = arguments.seed;
  run.trace = !arguments.quiet;
  if (!arguments.random) {
    run.scenario = scenario_named(arguments.scenario);
    run.random_weather = arguments.weather;
    if (arguments.step) {
      Crash crash{arguments.step, CrashPoint::before_commit, 0};
      if (arguments.point == "commit") crash.point = CrashPoint::after_commit;
      if (std::isdigit(static_cast<unsigned char>(arguments.point[0]))) {
        crash.point = CrashPoint::after_effect;
        crash.effect = std::strtoul(arguments.point.c_str(), nullptr, 10);
      }
      run.crashes.push_back(crash);
    }
  }
  if (!run.scenario) {
    std::printf("no such scenario; see --list\n");
    return 2;
  }
  const Outcome outcome = play(run);
  const int failed = report(run, outcome);
  std::printf("%s: trace %016llx, %zu steps, %s\n", run.scenario->name, static_cast<unsigned long long>(outcome.hash),
              outcome.effects_of_steps.size(), failed ? "failed" : "passed");
  return failed;
}

int main_of(int count, char** values) {
  const Arguments arguments = parse(count, values);
  if (arguments.list) {
    for (const Scenario& scenario : scenarios()) std::printf("%s\n", scenario.name);
    return 0;
  }
  if (!arguments.golden.empty()) return golden(arguments.golden, arguments.write);
  if (!arguments.matrix.empty()) {
    const Scenario* scenario = scenario_named(arguments.matrix);
    std::size_t runs = 0;
    const int failed = scenario ? matrix(*scenario, arguments.seed, runs) : 1;
    std::printf("%zu runs, %d failed\n", runs, failed);
    return failed ? 1 : 0;
  }
  if (!arguments.scenario.empty() || arguments.random) return replay(arguments);
  if (arguments.hashes) return print_hashes(arguments.seeds);
  return default_run(arguments.seeds, arguments.brief);
}

}  // namespace
}  // namespace wa::sim

int main(int count, char** values) { return wa::sim::main_of(count, values); }
