// Each rule against a text that breaks it and one that does not.
#include "tidy/rules.h"

#include <catch2/catch.hpp>

using namespace wa::tidy;

namespace {

struct Row { const char* name; const char* path; std::string text; std::size_t findings; };

template <class Rule>
void run(Rule rule, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto findings = rule(File{row.path, row.text});
    CAPTURE(show(findings));
    CHECK(findings.size() == row.findings);
  }
}

const std::string kThree(3, '\n');

}  // namespace

TEST_CASE("ladder") {
  run(check_ladder, {
      {"down", "core/client/a.cpp", "#include \"wire/node.h\"\n#include \"client/b.h\"\n", 0},
      {"up", "core/wire/a.cpp", "#include \"stanza/inbound.h\"\n", 1},
      {"sideways", "core/signal/a.h", "#include \"wire/jid.h\"\n", 1},
      {"nothing includes sim", "core/client/a.cpp", "#include \"sim/world/world.h\"\n", 1},
      {"only the world sees the gateway", "core/sim/server.cpp", "#include \"gateway/gateway.h\"\n", 1},
      {"the world", "core/sim/world/world.cpp", "#include \"gateway/gateway.h\"\n", 0},
      {"in a comment", "core/base/a.cpp", "// #include \"wire/node.h\"\n", 0},
      {"unknown module", "core/other/a.cpp", "", 1},
      {"outside core", "host-native/a.cpp", "#include \"sim/world/world.h\"\n", 0},
  });
}

TEST_CASE("rooms") {
  const auto rooms = [](const File& file) { return check_rooms(file, {"host-native/store/sqlite_store.h", "host-native/store/store_backend.h",
                                                                      "host-native/store/backends.h", "host-native/store/committer.h",
                                                                      "host-native/server/server.h", "host-native/net/url.h"}); };
  run(rooms, {
      {"down", "core/client/calls/a.cpp", "#include \"client/media/b.h\"\n#include \"client/rows/b.h\"\n#include \"client/turn.h\"\n", 0},
      {"its own room", "core/client/messages/kinds/a.cpp", "#include \"client/messages/outbox.h\"\n", 0},
      {"another room", "core/client/calls/a.cpp", "#include \"client/messages/outbox.h\"\n", 1},
      {"another room's face", "core/client/calls/a.cpp", "#include \"client/messages/contract.h\"\n", 0},
      {"up", "core/client/rows/a.h", "#include \"client/link/out.h\"\n", 1},
      {"media over link", "core/client/media/a.h", "#include \"client/link/out.h\"\n", 0},
      {"link under media", "core/client/link/a.h", "#include \"client/media/b.h\"\n", 1},
      {"a face", "core/client/effect.h", "#include \"client/rows/b.h\"\n", 1},
      {"a room's face", "core/client/calls/contract.h", "#include \"client/calls/call_log.h\"\n#include \"client/ids.h\"\n", 1},
      {"who sees all", "core/client/routing.cpp", "#include \"client/rooms.h\"\n#include \"client/calls/calls.h\"\n", 0},
      {"who must not", "core/client/calls/a.cpp", "#include \"client/rooms.h\"\n#include \"client/client.h\"\n", 2},
      {"in a comment", "core/client/calls/a.cpp", "// #include \"client/messages/outbox.h\"\n", 0},
      {"gateway: down", "core/gateway/api/a.cpp", "#include \"gateway/operations/b.h\"\n#include \"gateway/http/json.h\"\n", 0},
      {"gateway: up", "core/gateway/http/a.h", "#include \"gateway/webhooks/queue.h\"\n", 1},
      {"gateway: beside", "core/gateway/calls/a.cpp", "#include \"gateway/webhooks/queue.h\"\n", 1},
      {"gateway: operations over webhooks", "core/gateway/operations/a.cpp",
       "#include \"gateway/webhooks/queue.h\"\n", 0},
      {"gateway: operations under the api", "core/gateway/operations/a.cpp",
       "#include \"gateway/api/endpoint.h\"\n", 1},
      {"gateway: operations know no shapes", "core/gateway/operations/a.h",
       "#include \"gateway/http/json.h\"\n#include \"gateway/http/fields.h\"\n#include <nlohmann/json.hpp>\n", 3},
      {"gateway: nor do calls", "core/gateway/calls/a.h", "#include \"gateway/http/reply.h\"\n", 1},
      {"gateway: nor webhooks", "core/gateway/webhooks/a.h", "#include \"gateway/http/json_text.h\"\n", 1},
      {"gateway: but what is told", "core/gateway/webhooks/published/a.cpp", "#include \"gateway/http/json.h\"\n", 0},
      {"gateway: and what is signed", "core/gateway/webhooks/signature.cpp",
       "#include \"gateway/http/json_text.h\"\n", 0},
      {"gateway: the routes see all", "core/gateway/routes.cpp", "#include \"gateway/directory/a.h\"\n#include \"gateway/api/a.h\"\n", 0},
      {"gateway: nobody sees the machine", "core/gateway/api/a.h", "#include \"gateway/gateway.h\"\n", 1},
      {"gateway: a face", "core/gateway/api/a.h", "#include \"gateway/input.h\"\n", 0},
      {"gateway: unknown room", "core/gateway/more/a.h", "", 1},
      {"host: down", "host-native/cli/a.cpp", "#include \"server/server.h\"\n", 0},
      {"host: up", "host-native/net/a.cpp", "#include \"server/server.h\"\n", 1},
      {"host: the store and the net", "host-native/store/a.cpp", "#include \"net/url.h\"\n", 1},
      {"host: machines see no backend", "host-native/machines/a.h", "#include \"store/sqlite_store.h\"\n", 1},
      {"host: but the seam", "host-native/machines/a.h", "#include \"store/store_backend.h\"\n", 0},
      {"host: and what stands above it", "host-native/machines/a.h", "#include \"store/committer.h\"\n", 0},
      {"host: nor which there are", "host-native/machines/a.h", "#include \"store/backends.h\"\n", 1},
      {"host: core has a store too", "host-native/net/a.h", "#include \"store/store.h\"\n", 0},
      {"host: unknown room", "host-native/a.cpp", "", 1},
      {"outside", "core/sim/world/a.cpp", "#include \"client/rows/account.h\"\n", 0},
  });
  const auto top = [](std::size_t count) {
    std::vector<File> files = {{"core/gateway/api/a.cpp", ""}};
    for (; count > 0; --count) files.push_back({"core/gateway/" + std::to_string(count) + ".h", ""});
    return check_tops(files).size();
  };
  CHECK(top(12) == 0);
  CHECK(top(13) == 1);
}

TEST_CASE("libraries") {
  run(check_third_party, {
      {"sodium in crypto", "core/crypto/a.cpp", "#include <sodium.h>\n", 0},
      {"sodium elsewhere", "core/signal/a.cpp", "#include <sodium.h>\n", 1},
      {"sodium in a header", "core/crypto/a.h", "#include <sodium.h>\n", 1},
      {"boost in core", "core/client/a.cpp", "#include <boost/asio/post.hpp>\n", 1},
      {"dispatch", "host-native/a.cpp", "#include <boost/asio/dispatch.hpp>\n", 1},
      {"threads in core", "core/client/a.cpp", "#include <thread>\n", 1},
      {"generated code in a header", "core/client/a.h", "#include \"e2e.pb.h\"\n", 1},
      {"generated code", "core/client/a.cpp", "#include \"e2e.pb.h\"\n", 0},
      {"generated classes", "core/client/a.cpp", "#include \"proto/message.h\"\n", 1},
      {"generated classes in the simulator", "core/sim/a.cpp", "#include \"proto/message.h\"\n", 0},
      {"the standard library", "core/client/a.cpp", "#include <string>\n#include <random_things>\n", 0},
  });
}

TEST_CASE("sizes and form") {
  run(check_sizes, {
      {"long file", "core/a/a.cpp", std::string(601, '\n'), 1},
      {"long header", "core/a/a.h", std::string(301, '\n'), 1},
      {"long line", "core/a/a.cpp", std::string(131, 'x'), 1},
      {"long enough", "core/a/a.cpp", std::string(130, 'x'), 0},
      {"no code", "README.md", std::string(500, 'x'), 0},
  });
  run(check_form, {
      {"good", "core/a/a.h", "// What it is.\n#pragma once\n", 0},
      {"no opening", "core/a/a.h", "#pragma once\n", 1},
      {"no guard", "core/a/a.h", "// What it is.\n", 1},
      {"tab and trailing space", "core/a/a.cpp", "\tint x; \n", 2},
      {"no newline", "core/a/a.cpp", "int x;", 1},
      {"namespace opened", "core/a/a.h", "// What.\n#pragma once\nusing namespace std;\n", 1},
  });
}

TEST_CASE("banned calls") {
  run(check_core_calls, {
      {"clock", "core/a/a.cpp", "auto t = std::chrono::system_clock::now();", 2},
      {"time", "core/a/a.cpp", "auto t = time(nullptr);", 1},
      {"a member named time", "core/a/a.cpp", "auto t = event.time; row.time(3);", 0},
      {"entropy", "core/a/a.cpp", "randombytes_buf(p, 3); crypto_box_keypair(a, b);", 2},
      {"exceptions", "core/a/a.cpp", "throw 1;", 1},
      {"at", "core/a/a.cpp", "v.at(3);", 1},
      {"in a comment or a text", "core/a/a.cpp", "// throw\nconst char* x = \"throw\";", 0},
      {"outside core", "host-native/a.cpp", "throw 1;", 0},
      {"shared", "core/a/a.cpp", "std::shared_ptr<int> p;", 1},
      {"std thread", "core/a/a.cpp", "std::thread t;", 1},
      {"a digit separator is no literal", "core/a/a.cpp", "int x = 1'000; throw 1; int y = 2'000;", 1},
  });
  run(check_statics, {
      {"counter", "core/a/a.cpp", "static int count = 0;", 1},
      {"constant", "core/a/a.cpp", "static const int a[] = {1}; static constexpr int b = 2;", 0},
      {"function", "core/a/a.cpp", "static int f(int x);", 0},
  });
}

TEST_CASE("names, words, numbers, places") {
  run(check_names, {
      {"manager", "core/a/a.h", "class CallManager {};", 1},
      {"impl", "host-native/a.h", "struct ServerImpl;", 1},
      {"getter", "core/a/a.h", "int get_size();", 1},
      {"library", "core/a/a.cpp", "std::get_if<int>(&v);", 0},
      {"in a comment", "core/a/a.h", "// class CallManager", 0},
  });
  run(check_words, {
      {"marker", "dev", std::string("# TO") + "DO later\n", 1},
      {"part of a word", "core/a/a.cpp", std::string("int auTO") + "DO;\n", 0},
  });
  run(check_numbers, {
      {"somebody's", "core/a/a.cpp", "\"551198" "7654320@s.whatsapp.net\"", 1},
      {"somebody's with plus", "README.md", "+551198" "7654320", 1},
      {"fictitious", "core/a/a.cpp", "\"5511999999999@s.whatsapp.net\" +12345678901", 0},
      {"no phone number", "core/a/a.cpp", "1750000123456", 0},
  });
  run(check_place, {
      {"core", "core/wire/node.h", "", 0},
      {"new folder", "lib/a.cpp", "", 1},
      {"new module", "core/other/a.cpp", "", 1},
      {"new kind of test", "tests/more/a.cpp", "", 1},
      {"file", "notes.txt", "", 1},
  });
}

TEST_CASE("symbols") {
  CHECK(check_symbols("a", "libwa.a[x.o]:\nmemcpy U\nabort U\n_ZN2wa3fooEv T 0 1\n").empty());
  CHECK(check_symbols("a", "time U\n").size() == 1);
  CHECK(check_symbols("a", "getrandom@GLIBC_2.25 U\ngetrandom U\n").size() == 1);
  CHECK(check_symbols("a", "randombytes_buf U\n").size() == 1);
  CHECK(check_symbols("a", "_ZNSt6chrono3_V212system_clock3nowEv U\n").size() == 1);
  CHECK(check_symbols("a", "_ZZN2wa1fEvE5count b 0 4\n").size() == 1);
  CHECK(check_symbols("a", "_ZN2wa1kE r 0 4\n").empty());
}

TEST_CASE("debts") {
  const std::set<std::string> paths{"core/a/tested.cpp", "tests/unit/a/tested_test.cpp", "tests/sim/play.cpp"};
  const auto debts = [&](const std::string& path, const std::string& text) { return debts_of(File{path, text}, paths); };
  const auto body = [](int lines) {
    std::string out = "int f(int a) {\n";
    for (int i = 0; i < lines - 2; ++i) out += "  if (a) { --a; }\n";
    return out + "}\n";
  };
  CHECK(debts("host-native/a.cpp", body(60)).empty());
  CHECK(debts("host-native/a.cpp", body(61)) == Debts{{"functions", 1}});
  CHECK(debts("host-native/a.cpp", "namespace a {\nstruct B {\n" + body(61) + "};\n" + body(61) + "}\n") == Debts{{"functions", 2}});
  CHECK(debts("host-native/a.cpp", "int g()\n    const\n" + body(10).substr(12) + body(61)) == Debts{{"functions", 1}});
  CHECK(debts("host-native/a.cpp", "constexpr Row kRows[] = {\n" + std::string(100, '\n') + "    {f(1)},\n};\n").empty());
  CHECK(debts("host-native/a.cpp", "// " + std::string(117, 'x') + "\n").empty());
  CHECK(debts("host-native/a.cpp", "// " + std::string(118, 'x') + "\n") == Debts{{"lines", 1}});
  CHECK(debts("core/a/tested.cpp", "").empty());
  CHECK(debts("core/a/other.cpp", "") == Debts{{"untested", 1}});
  CHECK(debts("core/a/other.cpp", "// tested by sim/play.cpp\n").empty());
  CHECK(debts("core/a/other.cpp", "// tested by sim/gone.cpp\n") == Debts{{"untested", 1}});

  const std::vector<File> files{{"host-native/a.cpp", body(61)}, {"host-native/b.cpp", body(9)}};
  CHECK(check_debts(files, "").size() == 1);
  CHECK(check_debts(files, "host-native/a.cpp functions 1\n").empty());
  CHECK(check_debts(files, "host-native/a.cpp functions 2\n").size() == 1);  // it only shrinks
  CHECK(check_debts(files, "host-native/a.cpp functions 1\nhost-native/b.cpp functions 1\n").size() == 1);
  CHECK(check_debts(files, "host-native/a.cpp functions 1\nhost-native/gone.cpp lines 1\n").size() == 1);
}
