#define CAF_SUITE precedence
#include "test/unit/suite.hpp"

#include "test/unit/config/loading.hpp"

using namespace klatsch::config;

CAF_TEST(without any source the defaults hold) {
  auto got = load_from({});
  CAF_CHECK(got.runs());
  CAF_CHECK_EQUAL(got.values.http.port, 8080);
  CAF_CHECK_EQUAL(got.values.store.backend, "sqlite");
}

CAF_TEST(a file overrides the defaults) {
  auto got = load_from({.file = "[http]\nport = 1001\n[log]\nlevel = \"debug\"\n"});
  CAF_REQUIRE_EQUAL(got.refusal(), "");
  CAF_CHECK_EQUAL(got.values.http.port, 1001);
  CAF_CHECK_EQUAL(got.values.log.level, "debug");
  CAF_CHECK_EQUAL(got.values.log.format, "console");
}

CAF_TEST(the command line overrides the file wherever it stands) {
  std::string file = "[http]\nport = 1001\n";
  CAF_CHECK_EQUAL(
      load_from({.arguments = {"--http.port=1002"}, .file = file}).values.http.port, 1002);
  temporary_file named{file};
  auto got = load_from({.arguments = {"--config-file=" + named.path(), "--http.port=1002"}});
  CAF_CHECK_EQUAL(got.values.http.port, 1002);
}

CAF_TEST(the environment overrides the command line and the file) {
  auto got = load_from(
      {.arguments = {"--http.port=1002"},
       .environment = {"PATH=/bin", "KLATSCH_HTTP_PORT=1003", "KLATSCH_HTTP_COOKIE_SECURE=true"},
       .file = "[http]\nport = 1001\ncookie-secure = false\n"});
  CAF_REQUIRE_EQUAL(got.refusal(), "");
  CAF_CHECK_EQUAL(got.values.http.port, 1003);
  CAF_CHECK(got.values.http.cookie_secure);
}

CAF_TEST(the last of several equal arguments counts) {
  auto got = load_from({.arguments = {"--http.port=1001", "--http.port=1002"}});
  CAF_CHECK_EQUAL(got.values.http.port, 1002);
}

CAF_TEST(lists are read alike from all sources) {
  std::vector<std::string> expected{"a:First", "b:Second"};
  auto check = [&](const loaded& got) {
    CAF_CHECK_EQUAL(got.refusal(), "");
    CAF_CHECK_EQUAL(got.values.rooms.defaults, expected);
  };
  check(load_from({.arguments = {"--rooms.default=a:First, b:Second"}}));
  check(load_from({.arguments = {R"(--rooms.default=["a:First", "b:Second"])"}}));
  check(load_from({.environment = {"KLATSCH_ROOMS_DEFAULT=a:First,b:Second"}}));
  check(load_from({.environment = {R"(KLATSCH_ROOMS_DEFAULT=["a:First","b:Second"])"}}));
  check(load_from(
      {.file = "[rooms]\ndefault = [\n  \"a:First\", ; the main room\n"
               "  \"b:Second\",\n]\n"}));
}

CAF_TEST(texts with blanks and quotes and commas arrive as they are) {
  auto got = load_from(
      {.arguments = {"--http.frame-ancestors='self' https://a.example"},
       .environment = {"KLATSCH_REDIS_PASSWORD=p\"a ss,=word"}});
  CAF_CHECK_EQUAL(got.values.http.frame_ancestors, "'self' https://a.example");
  CAF_CHECK_EQUAL(got.values.redis.password, "p\"a ss,=word");
  auto rooms = load_from({.arguments = {R"(--rooms.default=["a:One, two"])"}});
  CAF_REQUIRE_EQUAL(default_rooms(rooms.values).size(), 1u);
  CAF_CHECK_EQUAL(default_rooms(rooms.values)[0].title, "One, two");
}

CAF_TEST(an atom in a file is a text) {
  auto got = load_from({.file = "[store]\nbackend = 'redis'\n"});
  CAF_CHECK_EQUAL(got.values.store.backend, "redis");
}

CAF_TEST(files may have nested groups and Windows line ends and no last newline) {
  auto got = load_from({.file = "http {\r\n  port = 1001\r\n}\r\n; the end"});
  CAF_CHECK_EQUAL(got.refusal(), "");
  CAF_CHECK_EQUAL(got.values.http.port, 1001);
  CAF_CHECK_EQUAL(load_from({.file = "[http]\nport = 1001"}).values.http.port, 1001);
}

CAF_TEST(no file is read that was not named) {
  temporary_file folder_of{""};
  auto folder = std::filesystem::path{folder_of.path()}.parent_path();
  std::ofstream{folder / "caf-application.ini"} << "[http]\nport = 1001\n";
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder);
  auto got = load_from({});
  std::filesystem::current_path(before);
  CAF_CHECK(got.runs());
  CAF_CHECK_EQUAL(got.values.http.port, 8080);
}

CAF_TEST(an empty file is a file without options) {
  CAF_CHECK_EQUAL(load_from({.file = "\n"}).refusal(), "");
  temporary_file empty{""};
  CAF_CHECK_EQUAL(load_from({.arguments = {"--config-file=" + empty.path()}}).refusal(), "");
}

CAF_TEST(CAF is set up for many actors and for nodes that hang) {
  using namespace std::chrono_literals;
  system_config target;
  CAF_CHECK_EQUAL(get_or(target, "scheduler.policy", caf::atom("none")), caf::atom("sharing"));
  CAF_CHECK_EQUAL(get_or(target, "scheduler.max-throughput", std::size_t{0}), 300u);
  CAF_CHECK(get_or(target, "middleman.heartbeat-interval", caf::timespan{0}) == 500ms);
  CAF_CHECK(get_or(target, "middleman.connection-timeout", caf::timespan{0}) == 3s);
}

CAF_TEST(options of CAF itself can be set) {
  std::string argument = "--scheduler.max-threads=3";
  char* arguments[] = {nullptr, argument.data(), nullptr};
  char* environment[] = {nullptr};
  system_config target;
  CAF_CHECK_EQUAL(load(target, 2, arguments, environment).text, "");
  CAF_CHECK_EQUAL(get_or(target, "scheduler.max-threads", std::size_t{0}), 3u);
}
