// What is left of the C library in the modules: of stdio, strtod and getenv. The real printf brings floating point and buffered
// files with it, some 10 kB, for the few integers and words that core formats. The linker takes these before it looks into the
// C library.
// Conversions: %d %i %u %x %X %s %c %%, zero or space padding, a width, a precision (the JSON parser has %.4X), h, l, ll and z;
// anything else stops the program.
#include <wasi/api.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "abi/decimal.h"

namespace {

// Writes to a fixed buffer and counts what did not fit, as snprintf does.
struct Sink {
  char* out;
  std::size_t room, count = 0;

  void put(char c) {
    if (count + 1 < room) out[count] = c;
    ++count;
  }
  void pad(char c, std::size_t width, std::size_t length) {
    for (; length < width; ++length) put(c);
  }
  void finish() {
    if (room > 0) out[count < room ? count : room - 1] = 0;
  }
};

struct Spec {
  bool zero = false;
  std::size_t width = 0;
  int precision = -1;  // fewest digits of a number, most bytes of a text; -1: not given
  int longs = 0;  // 2: 64 bits; int, long and size_t are all 32 bits here
  char kind = 0;
};

Spec read_spec(const char*& at) {
  Spec spec;
  for (; *at == '0'; ++at) spec.zero = true;
  for (; *at >= '0' && *at <= '9'; ++at) spec.width = spec.width * 10 + static_cast<std::size_t>(*at - '0');
  if (*at == '.') {
    spec.precision = 0;
    for (++at; *at >= '0' && *at <= '9'; ++at) spec.precision = spec.precision * 10 + (*at - '0');
    spec.zero = false;
  }
  for (; *at == 'l' || *at == 'h' || *at == 'z'; ++at) spec.longs += *at == 'l';
  spec.kind = *at++;
  return spec;
}

void put_number(Sink& sink, const Spec& spec, std::uint64_t value, bool negative) {
  char digits[24];
  std::size_t length = 0;
  const std::uint64_t base = spec.kind == 'x' || spec.kind == 'X' ? 16 : 10;
  const char* alphabet = spec.kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  for (; value > 0 || (length == 0 && spec.precision != 0); value /= base) digits[length++] = alphabet[value % base];
  const std::size_t least = spec.precision < 0 ? 0 : static_cast<std::size_t>(spec.precision);
  const std::size_t shown = (length < least ? least : length) + (negative ? 1 : 0);
  if (!spec.zero) sink.pad(' ', spec.width, shown);
  if (negative) sink.put('-');
  if (spec.zero) sink.pad('0', spec.width, shown);
  sink.pad('0', least, length);
  while (length > 0) sink.put(digits[--length]);
}

void put_text(Sink& sink, const Spec& spec, const char* text) {
  std::size_t length = 0;
  while ((spec.precision < 0 || length < static_cast<std::size_t>(spec.precision)) && text[length]) ++length;
  sink.pad(' ', spec.width, length);
  for (std::size_t i = 0; i < length; ++i) sink.put(text[i]);
}

int format(Sink& sink, const char* at, va_list values) {
  while (*at) {
    if (*at != '%') {
      sink.put(*at++);
      continue;
    }
    const Spec spec = read_spec(++at);
    switch (spec.kind) {
      case 'd':
      case 'i': {
        const std::int64_t value = spec.longs > 1 ? va_arg(values, long long) : va_arg(values, int);
        const auto size = static_cast<std::uint64_t>(value);
        put_number(sink, spec, value < 0 ? 0 - size : size, value < 0);
        break;
      }
      case 'u':
      case 'x':
      case 'X': {
        const std::uint64_t value = spec.longs > 1 ? va_arg(values, unsigned long long) : va_arg(values, unsigned);
        put_number(sink, spec, value, false);
        break;
      }
      case 's': put_text(sink, spec, va_arg(values, const char*)); break;
      case 'c': sink.put(static_cast<char>(va_arg(values, int))); break;
      case '%': sink.put('%'); break;
      default: std::abort();
    }
  }
  sink.finish();
  return static_cast<int>(sink.count);
}

// One line of text to the host: why the program is about to stop.
int say(const char* text, va_list values) {
  char line[512];
  Sink sink{line, sizeof(line)};
  const int count = format(sink, text, values);
  const __wasi_ciovec_t part{reinterpret_cast<const std::uint8_t*>(line), std::strlen(line)};
  __wasi_size_t written = 0;
  (void)__wasi_fd_write(2, &part, 1, &written);
  return count;
}

}  // namespace

extern "C" {

int snprintf(char* out, std::size_t room, const char* text, ...) {
  va_list values;
  va_start(values, text);
  Sink sink{out, room};
  const int count = format(sink, text, values);
  va_end(values);
  return count;
}

int fprintf(FILE*, const char* text, ...) {
  va_list values;
  va_start(values, text);
  const int count = say(text, values);
  va_end(values);
  return count;
}

// What the compiler makes of an fprintf without floating point.
int fiprintf(FILE*, const char* text, ...) {
  va_list values;
  va_start(values, text);
  const int count = say(text, values);
  va_end(values);
  return count;
}

int fflush(FILE*) { return 0; }

double __wrap_strtod(const char* text, char** end) { return wa::wasm::parse_decimal(text, end); }  // wasm.cmake has --wrap

char* getenv(const char*) { return nullptr; }  // the C library's asks the host for an environment at every start

}  // extern "C"
