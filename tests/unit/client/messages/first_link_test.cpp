#include "client/messages/first_link.h"

using namespace wa;

TEST_CASE("the first link of a text") {
  const struct { const char *text, *link; } kRows[] = {
      {"", ""},
      {"http://", ""},
      {"https://.", ""},
      {"xhttps://example.com", ""},
      {"HTTPS://Example.com/A", "HTTPS://Example.com/A"},
      {"see https://a.test, then https://b.test", "https://a.test"},
      {"[https://a.test/x]", "https://a.test/x"},
      {"<https://a.test/(x)>", "https://a.test/(x)"},
      {"https://a.test/x)).", "https://a.test/x"},
      {"\"https://a.test/x\"", "https://a.test/x"},
      {"http:// https://a.test", "https://a.test"},
      {"https://a.test/\nnext", "https://a.test/"},
      {"*https://a.test*", "https://a.test"}};
  for (const auto& row : kRows) CHECK(std::string(client::first_link(row.text)) == row.link);
}
