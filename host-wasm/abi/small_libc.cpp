// What is left of stdio in the modules. The real printf brings floating point and buffered files with it, some 10 kB, for the
// few integers and words that core formats. The linker takes these before it looks into the C library.
// Conversions: %d %i %u %x %X %s %c %%, zero or space padding and a width, h, l, ll and z; anything else stops the program.
#include <wasi/api.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

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
  int longs = 0;  // 2: 64 bits; int, long and size_t are all 32 bits here
  char kind = 0;
};

Spec read_spec(const char*& at) {
  Spec spec;
  for (; *at == '0'; ++at) spec.zero = true;
  for (; *at >= '0' && *at <= '9'; ++at) spec.width = spec.width * 10 + static_cast<std::size_t>(*at - '0');
  for (; *at == 'l' || *at == 'h' || *at == 'z'; ++at) spec.longs += *at == 'l';
  spec.kind = *at++;
  return spec;
}

void put_number(Sink& sink, const Spec& spec, std::uint64_t value, bool negative) {
  char digits[24];
  std::size_t length = 0;
  const std::uint64_t base = spec.kind == 'x' || spec.kind == 'X' ? 16 : 10;
  const char* alphabet = spec.kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  do digits[length++] = alphabet[value % base];
  while (value /= base);
  if (negative && spec.zero) sink.put('-');
  if (negative && !spec.zero) digits[length++] = '-';
  sink.pad(spec.zero ? '0' : ' ', spec.width, length + (negative && spec.zero ? 1 : 0));
  while (length > 0) sink.put(digits[--length]);
}

void put_text(Sink& sink, const Spec& spec, const char* text) {
  sink.pad(' ', spec.width, std::strlen(text));
  while (*text) sink.put(*text++);
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

}  // extern "C"
