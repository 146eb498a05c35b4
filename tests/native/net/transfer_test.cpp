// Where redirects lead, and what files are called.
#include "net/transfer.h"

#include <catch2/catch.hpp>

using namespace wa::native;

TEST_CASE("a Location is read from where it was said, and never leads out of https") {
  struct Row { const char* from; const char* location; const char* to; };
  const Row rows[] = {
      {"https://a.example/x/y?z=1", "https://b.example/c", "https://b.example/c"},
      {"https://a.example/x/y?z=1", "/c?d", "https://a.example/c?d"},
      {"https://a.example/x/y?z=1", "c", "https://a.example/x/c"},
      {"https://a.example/x/y?z=1", "?d", "https://a.example/x/y?d"},
      {"https://a.example:8443/x", "/c#f", "https://a.example:8443/c"},
      {"https://a.example/x", "//b.example/c", "https://b.example/c"},
      {"https://a.example/x", "c?u=http://b.example/", "https://a.example/c?u=http://b.example/"},
      {"http://a.example/x", "https://b.example/", "https://b.example/"},
      {"https://a.example/x", "http://b.example/", ""},
      {"https://a.example/x", "file:///etc/passwd", ""},
      {"https://a.example/x", "ftp://b.example/", ""},
      {"https://a.example/x", "", ""},
      {"https://a.example/x", "#f", ""},
      {"https://a.example/x", "https://u:p@b.example/", ""},
      {"https://a.example/x", "/a b", ""},
      {"https://a.example/x", "/a\r\nHost: b", ""},
  };
  for (const Row& row : rows) {
    INFO(row.from << " -> " << row.location);
    CHECK(redirect_target(*parse_url(row.from), row.location).value_or("") == row.to);
  }
}

TEST_CASE("the name of a file has no folders and nothing that cannot be shown") {
  struct Row { const char* disposition; const char* target; const char* name; };
  const Row rows[] = {
      {"attachment; filename=\"a b.pdf\"", "/x/y.jpg", "a b.pdf"},
      {"attachment; filename=a.pdf; size=3", "/x", "a.pdf"},
      {"attachment; filename=\"a.pdf\"; filename*=UTF-8''caf%C3%A9.pdf", "/x", "caf\xc3\xa9.pdf"},
      {"attachment; filename=\"../../etc/passwd\"", "/x", "passwd"},
      {"attachment; filename=\"C:\\\\a\\\\b.txt\"", "/x", "b.txt"},
      {"", "/x/caf%C3%A9%20b.jpg?sig=1", "caf\xc3\xa9 b.jpg"},
      {"", "/x/%2e%2e%2fy", "y"},
      {"", "/x/..", ""},
      {"", "/x/", ""},
      {"", "/x/a%0d%0ab", "ab"},
      {"", "/x/%ff", ""},
  };
  for (const Row& row : rows) {
    INFO(row.disposition << " " << row.target);
    CHECK(file_name_of(row.disposition, row.target) == row.name);
  }
  CHECK(file_name_of("", "/" + std::string(254, 'a') + "%C3%A9").size() == 254);
}
