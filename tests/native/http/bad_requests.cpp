#include "native/http/bad_requests.h"

#include <vector>

namespace wa::native_test {
namespace {

// One that would be answered when the body in front of it is taken for nothing, or for less than it is.
const std::string kNext = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kPost = "POST /healthz HTTP/1.1\r\nHost: a\r\n";

BadRequest coded(const char* name, const std::string& lines, int status = 400) {
  return {name, kPost + lines + "\r\n\r\n0\r\n\r\n" + kNext, status};
}
BadRequest headed(const char* name, const std::string& head) { return {name, head + "\r\n\r\n" + kNext, 400}; }
BadRequest chunked(const char* name, const std::string& body) {
  return {name, kPost + "Transfer-Encoding: chunked\r\n\r\n" + body + kNext, 400, true};
}

std::vector<BadRequest> all_bad() {
  using namespace std::string_literals;
  std::vector<BadRequest> out{
      // Transfer-Encoding: what is not exactly `chunked`
      coded("identity", "Transfer-Encoding: identity"),
      coded("xchunked", "Transfer-Encoding: xchunked"),
      coded("chunkedx", "Transfer-Encoding: chunkedx"),
      coded("gzip", "Transfer-Encoding: gzip"),
      coded("nothing", "Transfer-Encoding:"),
      coded("blanks", "Transfer-Encoding: \t "),
      coded("quoted", "Transfer-Encoding: \"chunked\""),
      coded("with a parameter", "Transfer-Encoding: chunked;q=1"),
      coded("twice in a list", "Transfer-Encoding: chunked, chunked"),
      coded("chunked, identity", "Transfer-Encoding: chunked, identity"),
      coded("chunked, gzip", "Transfer-Encoding: chunked, gzip"),
      coded("empty elements", "Transfer-Encoding: ,chunked,"),
      coded("two words", "Transfer-Encoding: chunked chunked"),
      coded("vertical tab", "Transfer-Encoding: \x0b" "chunked"),
      coded("form feed behind", "Transfer-Encoding: chunked\x0c"),
      coded("zero byte", "Transfer-Encoding: chunked\0"s),
      coded("no-break space", "Transfer-Encoding: \xa0" "chunked"),
      coded("in two fields", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
      coded("chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
      coded("chunked, then identity in another field", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
      coded("gzip, chunked", "Transfer-Encoding: gzip, chunked", 501),
      coded("deflate,chunked", "Transfer-Encoding: deflate,Chunked", 501),
      coded("identity, chunked", "Transfer-Encoding: identity, chunked", 501),
      coded("blank before the colon", "Transfer-Encoding : chunked"),
      coded("tab before the colon", "Transfer-Encoding\t: chunked"),
      coded("folded value", "Transfer-Encoding:\r\n chunked"),
      coded("folded behind", "X: y\r\n Transfer-Encoding: chunked"),
      coded("folded with a tab", "X: y\r\n\tTransfer-Encoding: chunked"),
      coded("folded at the front", " Transfer-Encoding: chunked"),
      coded("bare LF hides it", "X: y\nTransfer-Encoding: chunked"),
      coded("bare CR hides it", "X: y\rTransfer-Encoding: chunked"),
      coded("CR CR LF", "Transfer-Encoding: chunked\r"),
      coded("with a length", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
      coded("with a length behind", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
      coded("with a length of 0", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
      {"in HTTP/1.0", "POST /healthz HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kNext, 400},
      // Content-Length: what is not one number
      coded("two lengths", "Content-Length: 0\r\nContent-Length: 5"),
      coded("the same length twice", "Content-Length: 5\r\nContent-Length: 5"),
      coded("a list of lengths", "Content-Length: 5, 5"),
      coded("plus", "Content-Length: +5"),
      coded("minus", "Content-Length: -5"),
      coded("minus nothing", "Content-Length: -0"),
      coded("hex", "Content-Length: 0x5"),
      coded("a comma", "Content-Length: 5,"),
      coded("a fraction", "Content-Length: 5.0"),
      coded("an exponent", "Content-Length: 1e0"),
      coded("a blank inside", "Content-Length: 1 0"),
      coded("empty length", "Content-Length:"),
      coded("length with blank before the colon", "Content-Length : 5"),
      coded("other digits", "Content-Length: \xd9\xa5"),
      // Host, Authorization
      headed("no host", "POST /healthz HTTP/1.1"),
      headed("two hosts", "POST /healthz HTTP/1.1\r\nHost: a\r\nHost: b"),
      headed("the same host twice", "POST /healthz HTTP/1.1\r\nHost: a\r\nhost: a"),
      headed("two hosts in HTTP/1.0", "POST /healthz HTTP/1.0\r\nConnection: keep-alive\r\nHost: a\r\nHost: b"),
      headed("empty host", "POST /healthz HTTP/1.1\r\nHost:"),
      headed("host with a path", "POST /healthz HTTP/1.1\r\nHost: a/b"),
      headed("host with a user", "POST /healthz HTTP/1.1\r\nHost: b@a"),
      headed("host list", "POST /healthz HTTP/1.1\r\nHost: a, b"),
      headed("host with a blank", "POST /healthz HTTP/1.1\r\nHost: a b"),
      headed("bad port", "POST /healthz HTTP/1.1\r\nHost: a:8x"),
      headed("open bracket", "POST /healthz HTTP/1.1\r\nHost: [::1"),
      headed("two authorizations", "POST /healthz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y"),
      headed("two content types", "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: a/c"),
      // lines
      headed("no colon", "POST /healthz HTTP/1.1\r\nHost: a\r\nhello"),
      headed("no name", "POST /healthz HTTP/1.1\r\nHost: a\r\n: x"),
      headed("a blank in a name", "POST /healthz HTTP/1.1\r\nHost: a\r\nX Y: z"),
      headed("a bracket in a name", "POST /healthz HTTP/1.1\r\nHost: a\r\nX[1]: z"),
      headed("other letters in a name", "POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-\xc3\x8b" "ncoding: chunked"),
      headed("bare LF ends the request line", "POST /healthz HTTP/1.1\nHost: a"),
      headed("zero byte in a value", "POST /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b"s),
      headed("delete in a value", "POST /healthz HTTP/1.1\r\nHost: a\r\nX: a\x7f"),
      {"bare LF ends the head", "GET /healthz HTTP/1.1\r\nHost: a\r\n\n" + kNext, 400},
      {"only LF", "GET /healthz HTTP/1.1\nHost: a\n\n" + kNext, 400},
      // request line
      headed("two blanks", "POST  /healthz HTTP/1.1\r\nHost: a"),
      headed("a tab", "POST\t/healthz HTTP/1.1\r\nHost: a"),
      headed("a blank in the target", "POST /healthz x HTTP/1.1\r\nHost: a"),
      headed("a blank behind", "POST /healthz HTTP/1.1 \r\nHost: a"),
      headed("no version", "POST /healthz\r\nHost: a"),
      headed("HTTP/1.2", "POST /healthz HTTP/1.2\r\nHost: a"),
      headed("HTTP/2.0", "PRI * HTTP/2.0"),
      headed("http/1.1", "POST /healthz http/1.1\r\nHost: a"),
      headed("HTTP/01.1", "POST /healthz HTTP/01.1\r\nHost: a"),
      headed("no slash", "POST healthz HTTP/1.1\r\nHost: a"),
      headed("another scheme", "POST ftp://a/healthz HTTP/1.1\r\nHost: a"),
      headed("a scheme without host", "POST http:///healthz HTTP/1.1\r\nHost: a"),
      headed("a scheme with user", "POST http://b@a/healthz HTTP/1.1\r\nHost: a"),
      headed("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a"),
      headed("a bracket in the method", "PO[ST /healthz HTTP/1.1\r\nHost: a"),
      headed("a blank in front", " POST /healthz HTTP/1.1\r\nHost: a"),
      {"five empty lines", "\r\n\r\n\r\n\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
  };
  return out;
}

std::vector<BadRequest> all_bad_chunks() {
  using namespace std::string_literals;
  return {
      chunked("no digit", "\r\n\r\n"),
      chunked("letters", "zz\r\n\r\n"),
      chunked("0x", "0x3\r\nabc\r\n0\r\n\r\n"),
      chunked("plus size", "+3\r\nabc\r\n0\r\n\r\n"),
      chunked("minus size", "-1\r\nabc\r\n0\r\n\r\n"),
      chunked("a blank in front of a size", " 3\r\nabc\r\n0\r\n\r\n"),
      chunked("a blank behind", "3 \r\nabc\r\n0\r\n\r\n"),
      chunked("a size beyond 64 bits", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
      chunked("bare LF behind a size", "3\nabc\r\n0\r\n\r\n"),
      chunked("bare LF behind data", "3\r\nabc\n0\r\n\r\n"),
      chunked("bare CR in an extension", "3;a\rb\r\nabc\r\n0\r\n\r\n"),
      chunked("bare LF in an extension", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
      chunked("zero byte in an extension", "3;a\0\r\nabc\r\n0\r\n\r\n"s),
      chunked("more data than said", "3\r\nabcd\r\n0\r\n\r\n"),
      chunked("less data than said", "3\r\nab\r\n0\r\n\r\n"),
      chunked("bare LF ends it", "0\n\n"),
      chunked("a trailer that is no field", "0\r\nGET / HTTP/1.1\r\n\r\n"),
      chunked("a folded trailer", "0\r\nX: y\r\n z\r\n\r\n"),
      chunked("a blank before a trailer's colon", "0\r\nX : y\r\n\r\n"),
      chunked("bare LF in a trailer", "0\r\nX: y\nZ: z\r\n\r\n"),
      chunked("a long extension", "3;" + std::string(400, 'x') + "\r\nabc\r\n0\r\n\r\n"),
  };
}

}  // namespace

std::span<const BadRequest> bad_requests() {
  static const std::vector<BadRequest> all = [] {
    auto out = all_bad();
    for (auto& one : all_bad_chunks()) out.push_back(std::move(one));
    return out;
  }();
  return all;
}

std::span<const GoodRequest> good_requests() {
  const std::string get = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", post = "POST /x HTTP/1.1\r\nHost: a\r\n";
  static const std::vector<GoodRequest> all{
      {"absolute form", "GET http://example.org/healthz HTTP/1.1\r\nHost: example.org\r\n\r\n" + get, 2, 0},
      {"absolute form, https, port, query", "GET HTTPS://example.org:8443/healthz?a=b HTTP/1.1\r\nHost: other\r\n\r\n" + get, 2, 0},
      {"an empty line in front", "\r\n" + get + "\r\n" + get, 2, 0},
      {"a body and an empty line behind it", post + "Content-Length: 3\r\n\r\nabc\r\n" + get, 2, 3},
      {"host with a port", "GET /healthz HTTP/1.1\r\nHost: example.org:8080\r\n\r\n" + get, 2, 0},
      {"host of IPv6", "GET /healthz HTTP/1.1\r\nhOsT: [::1]:8080\r\n\r\n" + get, 2, 0},
      {"HTTP/1.0 without host", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + get, 2, 0},
      {"blanks around a value", post + "Content-Length: \t 3 \t\r\n\r\nabc" + get, 2, 3},
      {"zeros in front of a length", post + "Content-Length: 003\r\n\r\nabc" + get, 2, 3},
      {"chunked in capitals", post + "TRANSFER-ENCODING: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + get, 2, 3},
      {"chunks, extensions, trailers",
       post + "Transfer-Encoding: chunked\r\n\r\n3 ;a=b;c=\"d e\"\r\nabc\r\n0A\r\n0123456789\r\n000\r\nX-Sum: 1\r\nY: \r\n\r\n" + get, 2, 13},
      {"other letters in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4\xff\r\n\r\n" + get, 2, 0},
      {"an underscore is another name", post + "Content-Length: 3\r\nTransfer_Encoding: chunked\r\n\r\nabc" + get, 2, 3},
  };
  return all;
}

}  // namespace wa::native_test
