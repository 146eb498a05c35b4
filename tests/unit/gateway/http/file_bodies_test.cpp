// Bodies with files: the same whatever way the bytes arrive, what the whole text means, and clear about what is wrong.
#include <catch2/catch.hpp>

#include "base/encoding.h"
#include "gateway/http/file_bodies.h"
#include "gateway/http/form_files.h"

using namespace wa;
using namespace wa::gateway;

namespace {

struct Taken {
  struct File { std::string member, name, type; Bytes bytes; bool ended = false; };
  std::vector<File> files;
  std::string json;
  std::optional<Failure> failure;
  bool form = false;
  std::size_t most_held = 0;
};

void collect(Taken& out, BodyParts parts) {
  for (BodyPart& part : parts) {
    if (auto* begins = std::get_if<FileBegins>(&part)) {
      CHECK((out.files.empty() || out.files.back().ended));
      out.files.push_back({begins->member, begins->file_name, begins->content_type, {}, false});
    } else if (auto* bytes = std::get_if<FileBytes>(&part)) {
      REQUIRE((!out.files.empty() && !out.files.back().ended));
      append(out.files.back().bytes, bytes->bytes);
    } else {
      REQUIRE((!out.files.empty() && !out.files.back().ended));
      out.files.back().ended = true;
    }
  }
}

Taken take(std::string_view type, std::string_view body, std::size_t step, const char* target = "/send/image") {
  Taken out;
  Failure failed;
  const auto reader = FileBody::of(type, *parse_target(target), failed);
  if (!reader) {
    out.failure = failed;
    return out;
  }
  for (std::size_t at = 0; at < body.size() && !reader->failure(); at += step) {
    collect(out, reader->take(body.substr(at, step)));
    out.most_held = std::max(out.most_held, reader->bytes_held());
  }
  if (!reader->failure()) collect(out, reader->finish(out.json));
  out.failure = reader->failure();
  out.form = reader->form();
  return out;
}

// Of several ways to arrive; they must agree.
Taken take_all(std::string_view type, std::string_view body, const char* target = "/send/image") {
  Taken whole = take(type, body, body.size() + 1, target);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4093}}) {
    if (step == 1 && body.size() > 400'000) continue;
    const Taken other = take(type, body, step, target);
    CHECK(other.json == whole.json);
    CHECK(other.failure.has_value() == whole.failure.has_value());
    if (other.failure && whole.failure) CHECK(other.failure->text == whole.failure->text);
    if (whole.failure) continue;
    REQUIRE(other.files.size() == whole.files.size());
    for (std::size_t i = 0; i < whole.files.size(); ++i) {
      CHECK(other.files[i].member == whole.files[i].member);
      CHECK(other.files[i].type == whole.files[i].type);
      CHECK(other.files[i].bytes == whole.files[i].bytes);
      CHECK(other.files[i].ended);
    }
  }
  return whole;
}

Bytes some_bytes(std::size_t count) {
  Bytes out(count);
  std::uint32_t state = 12345;
  for (auto& byte : out) byte = static_cast<std::uint8_t>((state = state * 1103515245u + 12345u) >> 16);
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

TEST_CASE("a JSON body: long strings are files, whatever their spelling; short ones stay") {
  const Bytes file = some_bytes(50'000);
  const std::string digits = base64(file);
  struct Row { const char* name; std::string written; const char* type; };
  const Row rows[] = {
      {"as it is", digits, ""},
      {"data URI", "data:image/png;base64," + digits, "image/png"},
      {"data URI with parameters", "data:audio/ogg; codecs=opus;base64," + digits, "audio/ogg; codecs=opus"},
      {"escaped slashes", replaced(digits, "/", "\\/"), ""},
      {"escaped plus", replaced(digits, "+", "\\u002B"), ""},
      {"line ends", replaced(digits, "A", "A\\r\\n"), ""},
      {"URL alphabet", replaced(replaced(digits, "+", "-"), "/", "_"), ""},
      {"no padding", replaced(digits, "=", ""), ""},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const std::string body = R"({"number":"5511999999999","image":")" + row.written +
                             R"(","caption":"a \"b\"","inner":{"x":[1,")" + row.written + R"("]}})";
    const Taken taken = take_all("application/json", body);
    REQUIRE_FALSE(taken.failure);
    CHECK_FALSE(taken.form);
    CHECK(taken.json == R"({"number":"5511999999999","image":null,"caption":"a \"b\"","inner":{"x":[1,null]}})");
    REQUIRE(taken.files.size() == 2);
    CHECK(taken.files[0].member == "image");
    CHECK(taken.files[1].member == "inner.x[1]");
    CHECK(taken.files[0].type == row.type);
    CHECK(taken.files[0].bytes == file);
    CHECK(taken.files[1].bytes == file);
  }
  const std::string small = R"({"image":")" + base64(some_bytes(1000)) + R"("})";
  const Taken kept = take_all("", small);
  CHECK(kept.files.empty());
  CHECK(kept.json == small);
  CHECK(take_all("application/json", "").json.empty());
}

TEST_CASE("a JSON body: what is wrong is said") {
  const std::string digits = base64(some_bytes(60'000));
  const auto failure_of = [](const std::string& body) {
    return take_all("application/json; charset=utf-8", body).failure;
  };
  auto bad = failure_of(R"({"image":")" + digits + "*" + R"("})");
  REQUIRE(bad);
  CHECK(bad->status == 400);
  REQUIRE(bad->validation.size() == 1);
  CHECK(bad->validation[0].field == "image");
  CHECK(failure_of(R"({"text":")" + std::string(40'000, ' ') + R"("})"));
  CHECK(failure_of(R"({"image":"data:image/png,)" + digits + R"("})"));
  CHECK(failure_of(R"({"image":")" + digits + "===" + R"("})"));
  CHECK(failure_of(R"({"image":")" + digits + "=A" + R"("})"));
  auto twice = failure_of(R"({"image":")" + digits + R"(","image":")" + digits + R"("})");
  REQUIRE(twice);
  CHECK(twice->validation.at(0).message == "is given twice");
  CHECK(failure_of(R"({"image":")" + digits));
  CHECK(failure_of(R"({")" + digits + R"(":1})"));
  CHECK(failure_of(std::string(40, '[') + std::string(40, ']')));
  CHECK(failure_of(R"({"a":1]})"));
  const auto large = failure_of(R"({"a":[)" + std::string(1'200'000, '1') + "]}");
  REQUIRE(large);
  CHECK(large->status == 413);
  // A name that is written in another way is the same name.
  CHECK(failure_of(R"({"im\u0061ge":")" + digits + R"(","image":")" + digits + R"("})"));
}

TEST_CASE("a JSON body is not held: a long file takes no more memory than a short one") {
  const std::string digits = base64(some_bytes(9'000'000));
  const Taken taken = take("application/json", R"({"document":")" + digits + R"("})", 65'536);
  REQUIRE_FALSE(taken.failure);
  CHECK(taken.files.at(0).bytes.size() == 9'000'000);
  CHECK(taken.most_held < 200'000);
}

TEST_CASE("a form: files with names, texts, lists") {
  const std::string bytes = to_string(some_bytes(100'000)) + "\r\n--x\r\n--xy";
  const std::string body =
      "preamble\r\n--xyz\r\nContent-Disposition: form-data; name=\"number\"\r\n\r\n5511999999999\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"mentioned[]\"\r\n\r\na\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"mentioned[]\"\r\n\r\nb\r\n"
      "--xyz  \r\ncontent-type: image/png\r\nContent-Disposition: form-data; name=\"image\"; filename=\"C:\\a\\b "
      "\\\"c\\\".png\"\r\n\r\n" +
      bytes +
      "\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=empty; filename=\"\"\r\nContent-Type: "
      "application/octet-stream\r\n\r\n\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=zero; filename*=UTF-8''caf%C3%A9.txt\r\n\r\n\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n\r\n--xyz--\r\nepilogue";
  const Taken taken = take_all("multipart/form-data; boundary=\"xyz\"", body);
  REQUIRE_FALSE(taken.failure);
  CHECK(taken.form);
  CHECK(taken.json == R"({"number":"5511999999999","mentioned":["a","b"],"caption":""})");
  REQUIRE(taken.files.size() == 2);
  CHECK(taken.files[0].member == "image");
  CHECK(taken.files[0].name == "b \"c\".png");
  CHECK(taken.files[0].type == "image/png");
  CHECK(to_string(taken.files[0].bytes) == bytes);
  CHECK(taken.files[1].name == "caf\xc3\xa9.txt");
  CHECK(taken.files[1].bytes.empty());
}

TEST_CASE("a form: what is wrong is said") {
  const auto failure_of = [](const std::string& body) {
    return take_all("multipart/form-data; boundary=b", body).failure;
  };
  const std::string field = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  CHECK_FALSE(failure_of(field + "x\r\n--b--"));
  CHECK(failure_of(""));
  CHECK(failure_of(field + "x"));
  CHECK(failure_of(field + "x\r\n--b"));
  CHECK(failure_of("--bc\r\n"));
  CHECK(failure_of("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"));
  CHECK(failure_of("--b\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--b--"));
  CHECK(failure_of("--b\r\n\r\nx\r\n--b--"));
  CHECK(failure_of(
      "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--"));
  CHECK(failure_of("--b\r\nX: " + std::string(10'000, 'x') + "\r\n\r\nx\r\n--b--"));
  CHECK(failure_of(field + std::string(40'000, 'x') + "\r\n--b--"));
  CHECK(failure_of(field + "\xff\r\n--b--"));
  const std::string file = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=f\r\n\r\n";
  CHECK(failure_of(file + "x\r\n" + file + "y\r\n--b--"));
  for (const char* type : {"multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b",
                           "application/x-www-form-urlencoded", "image", "/", "text/"}) {
    INFO(type);
    CHECK(take(type, "x", 1).failure);
  }
}

TEST_CASE("a body that is the file: the query holds its members") {
  const Bytes file = some_bytes(70'000);
  const Taken taken = take_all("image/PNG", text_of(file),
                               "/send/image?number=5511999999999&caption=a%20b&device_id=d&wait=0&file_name=x.png");
  REQUIRE_FALSE(taken.failure);
  CHECK(taken.form);
  CHECK(taken.json == R"({"caption":"a b","file_name":"x.png","number":"5511999999999"})");
  REQUIRE(taken.files.size() == 1);
  CHECK(taken.files[0].member.empty());
  CHECK(taken.files[0].name == "x.png");
  CHECK(taken.files[0].type == "image/PNG");
  CHECK(taken.files[0].bytes == file);
  CHECK(take("image/png", "", 1).files.empty());
}

TEST_CASE("the parameters of a header value") {
  const auto of = [](const char* value, const char* name) { return header_parameter(value, name).value_or("-"); };
  CHECK(of("form-data; name=a; filename=\"b;name=c\"", "name") == "a");
  CHECK(of("form-data; filename=\"b;name=c\"", "name") == "-");
  CHECK(of("form-data; filename=\"b;name=c\" ; NAME = d", "name") == "d");
  CHECK(of("form-data; x; name=a", "name") == "a");
  CHECK(of("form-data; name=\"a", "name") == "-");
  CHECK(of("form-data", "name") == "-");
}
