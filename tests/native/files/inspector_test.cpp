// What files are and what is made of them: by headers alone, by FFmpeg's programs where they are, and of liars.
#include "files/inspector.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <future>
#include <thread>

#include "files/inspection.h"
#include "files/sniff.h"
#include "media/facts.h"
#include "native/support.h"
#include "system/os_random.h"

using namespace wa;
using namespace wa::native;
using native_test::TemporaryDirectory;

namespace {

struct Studio {
  FileHandle keep(ByteView bytes) {
    FileFault fault = FileFault::none;
    return keep_bytes(room, "t", bytes, fault);
  }
  FileHandle keep(std::string_view text) { return keep(view(text)); }
  Inspected look(FileHandle file, const char* kind, bool thumbnail = true, bool convert = true) {
    const MediaTools& tools = with_tools ? here : none;
    return inspect_file({"t", std::move(file), kind, thumbnail, convert}, room, tools);
  }
  // A file that FFmpeg makes of a description.
  FileHandle made(const std::string& words, const char* name) {
    const std::string path = (directory.path() / name).string();
    const std::string command = here.ffmpeg + " -nostdin -v error -y " + words + " " + path + " < /dev/null";
    REQUIRE(std::system(command.c_str()) == 0);
    return keep(native_test::bytes_of(path));
  }
  std::size_t on_disk() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(room->folder()), std::filesystem::directory_iterator()));
  }
  Bytes bytes(const FileHandle& file) const {
    Bytes out(static_cast<std::size_t>(file->size()));
    REQUIRE(file->read(0, out));
    return out;
  }

  bool with_tools = true;
  TemporaryDirectory directory;
  OsRandom random;
  std::shared_ptr<FileRoom> room = std::make_shared<FileRoom>(directory.path() / "files", random, FileLimits());
  const MediaTools here = MediaTools::find("auto"), none = {};
};

std::string be32(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}
// A PNG that says so much of itself, and holds nothing.
std::string png_of(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1a\n" + be32(13) + "IHDR" + be32(width) + be32(height) + std::string("\x08\x06\x00\x00\x00", 5) +
         be32(0) + be32(4) + "IDAT" + be32(0) + be32(0);
}

ChildEnd run(const std::vector<std::string>& command, ChildLimits limits, std::string* said = nullptr) {
  TemporaryDirectory folder;
  return run_child(command, folder.path(), -1, -1, limits, [&](ByteView piece) {
    if (said != nullptr) *said += text_of(piece);
  });
}

}  // namespace

TEST_CASE("a child has its limits, nothing of ours, and leaves nobody behind") {
  ChildLimits limits;
  limits.time = std::chrono::milliseconds(300);
  CHECK(run({"/bin/sleep", "60"}, limits).killed);
  std::string said;
  CHECK(run({"/bin/sh", "-c", "sleep 60 & echo $!"}, limits, &said).ok);
  bool dead = false;  // whoever is to bury it
  for (int i = 0; i < 100 && !dead; ++i) {
    const std::string left = native_test::bytes_of("/proc/" + said.substr(0, said.find('\n')) + "/status");
    dead = left.empty() || left.find("State:\tZ") != std::string::npos;
    if (!dead) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(dead);
  ChildLimits busy;
  busy.processor_s = 1;
  CHECK(run({"/bin/sh", "-c", "while :; do :; done"}, busy).killed);
  ChildLimits wordy;
  wordy.output_bytes = 1000;
  const ChildEnd end = run({"/bin/sh", "-c", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"}, wordy);
  CHECK(end.too_long);
  CHECK(end.killed);
  const std::atomic<bool> stop{true};
  ChildLimits stopped;
  stopped.stop = &stop;
  CHECK(run({"/bin/sleep", "60"}, stopped).killed);
  std::string files, environment;
  CHECK(run({"/bin/sh", "-c", "ls /proc/self/fd; pwd"}, {}, &files).ok);
  CHECK(files.find("0\n1\n2\n3\n/") == 0);  // 3 is the folder that it lists
  CHECK(run({"/bin/sh", "-c", "/usr/bin/env"}, {}, &environment).ok);
  CHECK(environment.find("HOME=") == std::string::npos);
  CHECK_FALSE(run({"/nonexistent"}, {}).ok);
  ChildLimits few;
  few.written_bytes = 1'000'000;
  CHECK_FALSE(run({"/bin/sh", "-c", "head -c 3000000 /dev/zero > file"}, few).ok);
}

TEST_CASE("without the programs: what headers say, and a warning") {
  Studio studio;
  studio.with_tools = false;
  const Inspected png = studio.look(studio.keep(png_of(300, 200)), "image");
  CHECK(png.fault == FileFault::none);
  CHECK(png.facts.mimetype == "image/png");
  CHECK(png.facts.width == 300);
  CHECK(png.facts.height == 200);
  CHECK(png.facts.thumbnail.empty());
  CHECK_FALSE(png.facts.converted);
  REQUIRE(png.facts.warnings.size() == 2);
  CHECK(png.facts.warnings[0].find("FFmpeg is not installed") != std::string::npos);
  CHECK(studio.look(studio.keep("\xff\xd8\xff\xe0 a picture"), "image", false).facts.warnings.empty());
  const Inspected text = studio.look(studio.keep("just text"), "document");
  CHECK(text.facts.mimetype.empty());
  CHECK(text.facts.warnings.empty());
  CHECK(studio.look(studio.keep(""), "image").fault == FileFault::none);
}

TEST_CASE("files that lie are refused or told as they are; nothing crashes, hangs or stays") {
  Studio studio;
  std::string noise(50'000, '\0');
  std::uint32_t state = 5;
  for (char& c : noise) c = static_cast<char>((state = state * 1103515245u + 12345u) >> 16);
  const std::string beginnings[] = {png_of(20'000, 20'000),
                                    png_of(0, 0),
                                    "\xff\xd8\xff\xc0",
                                    "GIF89a\xff\xff\xff\xff",
                                    std::string("RIFF\xff\xff\xff\xffWEBPVP8X", 16),
                                    std::string("\0\0\0\x18"
                                                "ftypisom\0\0\0\0isommp42",
                                                24),
                                    "\x1a\x45\xdf\xa3",
                                    "OggS",
                                    "ID3\x04",
                                    "fLaC",
                                    "#!AMR\n",
                                    "%PDF-1.7",
                                    "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
                                    "ffconcat version 1.0\nfile /etc/passwd\n",
                                    "<svg/>",
                                    ""};
  for (const std::string& beginning : beginnings) {
    for (const char* kind : {"image", "video", "voice", "sticker", "document"}) {
      INFO(beginning.substr(0, 8) << " as " << kind);
      const Inspected found = studio.look(studio.keep(beginning + noise), kind);
      CHECK(found.fault == FileFault::none);
      CHECK(found.facts.thumbnail.size() <= 65'536);
      CHECK(found.facts.converted == (found.converted != nullptr));  // noise can be read as sound
    }
  }
  CHECK(studio.look(studio.keep(png_of(6'000, 6'000) + noise), "image").fault == FileFault::none);
  const Inspected huge = studio.look(studio.keep(png_of(20'000, 20'000)), "image");
  CHECK(huge.facts.width == 20'000);
  REQUIRE_FALSE(huge.facts.warnings.empty());
  if (studio.here.usable()) CHECK(huge.facts.warnings[0].find("too many pixels") != std::string::npos);
  CHECK(studio.on_disk() == 0);
}

TEST_CASE("with the programs: pictures") {
  Studio studio;
  if (!studio.here.usable()) {
    WARN("FFmpeg's programs are not here: what they make is not tested");
    return;
  }
  const FileHandle png = studio.made("-f lavfi -i testsrc=size=640x481 -frames:v 1", "a.png");
  const Inspected image = studio.look(png, "image");
  CHECK(image.facts.warnings.empty());
  REQUIRE(image.facts.converted);
  CHECK(image.facts.mimetype == "image/jpeg");
  CHECK(image.facts.width == 640);
  CHECK(image.facts.height == 481);
  CHECK(image.facts.size == image.converted->size());
  const auto thumbnail = media::read_media_facts(image.facts.thumbnail);
  CHECK(thumbnail.mimetype == "image/jpeg");
  CHECK(thumbnail.width == 100);
  CHECK(thumbnail.height == 75);
  CHECK(image.facts.thumbnail.size() < 8192);
  // What is so already is not made again.
  CHECK_FALSE(studio.look(image.converted, "image").facts.converted);
  const Inspected document = studio.look(png, "document");
  CHECK_FALSE(document.facts.converted);
  CHECK_FALSE(document.facts.thumbnail.empty());
  const Inspected sticker = studio.look(png, "sticker");
  REQUIRE(sticker.facts.converted);
  CHECK(sticker.facts.mimetype == "image/webp");
  CHECK(sticker.facts.width == 512);
  CHECK(sticker.facts.height == 512);
  CHECK_FALSE(studio.look(sticker.converted, "sticker").facts.converted);

}

TEST_CASE("with the programs: what moves and what sounds") {
  Studio studio;
  if (!studio.here.usable()) return;
  const FileHandle avi = studio.made(
      "-f lavfi -i testsrc=size=321x241:rate=10:duration=3 -f lavfi -i sine=440:duration=3 -c:v mpeg4 -c:a mp3",
      "a.avi");
  const Inspected video = studio.look(avi, "video");
  CHECK(video.facts.warnings.empty());
  REQUIRE(video.facts.converted);
  CHECK(video.facts.mimetype == "video/mp4");
  CHECK(video.facts.width % 2 == 0);
  CHECK(video.facts.height % 2 == 0);
  CHECK(video.facts.seconds == 3);
  CHECK_FALSE(video.facts.thumbnail.empty());
  CHECK_FALSE(studio.look(video.converted, "video").facts.converted);
  const Inspected gif = studio.look(video.converted, "gif");   // its sound is in the way
  REQUIRE(gif.facts.converted);
  CHECK_FALSE(studio.look(gif.converted, "gif").facts.converted);
  const Inspected moving = studio.look(avi, "sticker");
  REQUIRE(moving.facts.converted);
  CHECK(moving.facts.animated);
  CHECK(moving.facts.first_frame_length > 0);
  CHECK(moving.facts.size <= 500u << 10);

  const FileHandle mp3 = studio.made("-f lavfi -i \"aevalsrc='sin(880*t)*t/4':d=4\" -c:a mp3", "a.mp3");
  const Inspected voice = studio.look(mp3, "voice");
  CHECK(voice.facts.warnings.empty());
  REQUIRE(voice.facts.converted);
  CHECK(voice.facts.mimetype == "audio/ogg; codecs=opus");
  CHECK(voice.facts.seconds == 4);
  REQUIRE(voice.facts.waveform.size() == 64);
  CHECK(voice.facts.waveform.front() < 10);
  CHECK(*std::max_element(voice.facts.waveform.begin(), voice.facts.waveform.end()) == 100);
  CHECK(media::is_voice_note(media::read_media_facts(studio.bytes(voice.converted))));
  const Inspected again = studio.look(voice.converted, "voice");
  CHECK_FALSE(again.facts.converted);
  CHECK(again.facts.waveform.size() == 64);
  CHECK_FALSE(studio.look(avi, "voice", true, false).facts.converted);
  CHECK_FALSE(studio.look(studio.keep(png_of(10, 10)), "voice").facts.warnings.empty());
}

TEST_CASE("inspections are told once, in the turn of their tenants") {
  Studio studio;
  Inspector inspector(studio.room, {});
  std::vector<std::future<Inspected>> told;
  for (int i = 0; i < 20; ++i) {
    auto done = std::make_shared<std::promise<Inspected>>();
    told.push_back(done->get_future());
    inspector.inspect({i % 2 == 0 ? "t" : "u", studio.keep(png_of(3, 4)), "image", false, false},
                      [done](Inspected found) { done->set_value(std::move(found)); });
  }
  for (auto& one : told) CHECK(one.get().facts.height == 4);
}

TEST_CASE("a waveform: 64 parts, whatever the pieces") {
  Bytes samples;
  for (int i = 0; i < 32'000; ++i) {
    const int value = (i % 2 == 0 ? 1 : -1) * i / 2;
    samples.push_back(static_cast<std::uint8_t>(value));
    samples.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  Waveform whole, slow, silent;
  whole.feed(samples);
  for (std::size_t at = 0; at < samples.size(); at += 333)
    slow.feed(ByteView(samples).subspan(at, std::min<std::size_t>(333, samples.size() - at)));
  CHECK(whole.finish() == slow.finish());
  REQUIRE(whole.finish().size() == 64);
  CHECK(whole.finish()[63] == 100);
  CHECK(whole.finish()[31] == 49);
  silent.feed(Bytes(32'000));
  CHECK(silent.finish() == Bytes(64));
  CHECK(Waveform().finish().empty());
}
