#define CAF_SUITE log_lines
#include "test/unit/suite.hpp"

#include <array>
#include <regex>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rapidjson/document.h>
#include <spdlog/spdlog.h>

#include "config/logging.hpp"
#include "config/stderr_sink.hpp"
#include "protocol/unicode.hpp"

using namespace klatsch;
using namespace std::literals;

namespace {

std::string line_of(std::string_view format, std::string_view message) {
  spdlog::memory_buf_t line;
  logging::make_formatter(format)->format({"", spdlog::level::warn, message}, line);
  return {line.data(), line.size()};
}

/// A full pipe or socket with a logger at one end.
struct slow_reader {
  std::array<int, 2> ends;

  std::unique_ptr<spdlog::logger> make_logger() const {
    auto sink = std::make_shared<logging::stderr_sink>(ends[1]);
    auto logger = std::make_unique<spdlog::logger>("", sink);
    logger->set_formatter(logging::make_formatter("console"));
    return logger;
  }

  std::string read_all() const {
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    std::string result;
    std::array<char, 65536> buffer;
    for (ssize_t got; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
      result.append(buffer.data(), static_cast<std::size_t>(got));
    return result;
  }

  ~slow_reader() {
    close(ends[0]);
    close(ends[1]);
  }
};

void check_drops_and_recovers(const slow_reader& reader) {
  auto logger = reader.make_logger();
  const std::string text(3000, 'x');
  for (int i = 0; i < 1000; ++i)
    logger->info(text);
  auto before = reader.read_all();
  CAF_CHECK_LESS(before.size(), 1000 * text.size());
  logger->info("there is room again");
  auto after = reader.read_all();
  CAF_CHECK(std::regex_search(after, std::regex{"warning: [0-9]+ log lines were dropped"}));
  CAF_CHECK(after.ends_with("info: there is room again\n"));
  // What was torn by the full pipe is a line of its own.
  CAF_CHECK(before.ends_with('\n') || after.starts_with('\n'));
}

} // namespace

CAF_TEST(a JSON line holds any message) {
  for (auto message :
       {"plain"sv, "\"quoted\" \\ back"sv, "line\nline\r\n\ttab"sv, "\0\x01\x1f\x7f"sv,
        "\u0085 \u20ac \U0001F600"sv, "{} %v </script>"sv}) {
    auto line = line_of("json", message);
    CAF_CHECK_EQUAL(std::count(line.begin(), line.end(), '\n'), 1);
    rapidjson::Document parsed;
    CAF_REQUIRE(!parsed.Parse(line.c_str()).HasParseError());
    const auto& got = parsed["message"];
    CAF_CHECK_EQUAL((std::string_view{got.GetString(), got.GetStringLength()}), message);
    CAF_CHECK_EQUAL(parsed["level"].GetString(), "warning"s);
  }
}

CAF_TEST(a JSON line is valid UTF - 8 whatever the message is) {
  auto line = line_of("json", "a\xff\xc3(\xed\xa0\x80z");
  CAF_CHECK(protocol::is_valid_utf8(line));
  CAF_CHECK(line.find("a\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFDz") != line.npos);
}

CAF_TEST(a line has its time in UTC) {
  auto time = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"s;
  CAF_CHECK(std::regex_match(line_of("console", "hello"), std::regex{time + " warning: hello\n"}));
  CAF_CHECK(std::regex_match(
      line_of("json", "hello"),
      std::regex{"\\{\"time\":\"" + time + "\",\"level\":\"warning\",\"message\":\"hello\"\\}\n"}));
}

CAF_TEST(a console line stays one line) {
  auto line = line_of("console", "a\nb\x1b[31m\xff\u20ac");
  CAF_CHECK(line.ends_with("a\\x0ab\\x1b[31m\\xff\u20ac\n"));
}

CAF_TEST(a full pipe does not block) {
  slow_reader reader;
  CAF_REQUIRE(pipe(reader.ends.data()) == 0);
  check_drops_and_recovers(reader);
}

CAF_TEST(a full socket does not block) {
  slow_reader reader;
  CAF_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, reader.ends.data()) == 0);
  check_drops_and_recovers(reader);
}

CAF_TEST(the level is that of the configuration) {
  auto before = spdlog::default_logger();
  logging::set_up({.level = "error", .format = "json"});
  CAF_CHECK(spdlog::should_log(spdlog::level::err));
  CAF_CHECK(!spdlog::should_log(spdlog::level::warn));
  logging::set_up({.level = "off", .format = "json"});
  CAF_CHECK(!spdlog::should_log(spdlog::level::critical));
  spdlog::set_default_logger(before);
}
