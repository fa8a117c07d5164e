#define CAF_SUITE refusals
#include "test/unit/suite.hpp"

#include <algorithm>

#include "config/host_and_port.hpp"
#include "config/option_table.hpp"
#include "test/unit/config/loading.hpp"

using namespace klatsch::config;

namespace {

/// The same value for the same option from each of the sources.
std::vector<loaded> from_each_source(const option& described, const option_value& value) {
  auto text = written(value);
  auto plain = text;
  if (std::holds_alternative<std::string>(value))
    plain = std::get<std::string>(value);
  auto group = std::string{group_of(described)};
  auto key = std::string{key_of(described)};
  return {
      load_from({.arguments = {"--" + described.name + "=" + plain}}),
      load_from({.environment = {environment_name(described.name) + "=" + plain}}),
      load_from({.file = "[" + group + "]\n" + key + " = " + text + "\n"}),
  };
}

void check_refused(const option& described, const option_value& value) {
  for (const auto& got : from_each_source(described, value)) {
    CAF_MESSAGE(described.name << " = " << written(value));
    CAF_CHECK(!got.runs());
    CAF_CHECK(got.refuses_with("option " + described.name + " "));
    CAF_CHECK(got.refuses_with("allowed: " + described.allowed));
    CAF_CHECK_EQUAL(described.get(got.values), described.default_value);
  }
}

void check_taken(const option& described, const option_value& value) {
  for (const auto& got : from_each_source(described, value)) {
    CAF_CHECK_EQUAL(got.refusal(), "");
    CAF_CHECK_EQUAL(described.get(got.values), value);
  }
}

} // namespace

CAF_TEST(every number is taken at its bounds and refused beyond them) {
  for (const auto& described : option_table()) {
    if (!std::holds_alternative<std::int64_t>(described.default_value))
      continue;
    check_taken(described, described.least);
    // A node that others reach needs further options, see below.
    if (described.name != "node.port")
      check_taken(described, described.most);
    check_refused(described, described.least - 1);
    check_refused(described, described.most + 1);
  }
}

CAF_TEST(every default is taken from every source) {
  for (const auto& described : option_table())
    // An empty value on the command line is the lack of one.
    if (written(described.default_value).size() > 2)
      check_taken(described, described.default_value);
}

CAF_TEST(every option refuses a value of another type) {
  for (const auto& described : option_table()) {
    auto is_text = std::holds_alternative<std::string>(described.default_value);
    auto group = std::string{group_of(described)};
    auto key = std::string{key_of(described)};
    auto got = load_from(
        {.file = "[" + group + "]\n" + key + (is_text ? " = 1.5\n" : " = \"nonsense\"\n")});
    CAF_CHECK(got.refuses_with("option " + described.name + " (in "));
    CAF_CHECK(got.refuses_with(described.secret ? "(secret)" : is_text ? "1.5" : "nonsense"));
    CAF_CHECK(got.refuses_with(described.allowed));
    if (is_text)
      continue;
    CAF_CHECK(
        load_from({.arguments = {"--" + described.name + "=nonsense"}}).refuses_with("nonsense"));
    CAF_CHECK(load_from({.environment = {environment_name(described.name) + "=nonsense"}})
                  .refuses_with("nonsense"));
  }
}

CAF_TEST(texts and lists that break their rules are refused) {
  using list = std::vector<std::string>;
  const std::vector<std::pair<const char*, std::vector<option_value>>> cases{
      {"http.address", {"localhost", "1.2.3", "::1::"}},
      {"http.origins",
       {list{"chat.example.org"}, list{"https://a.example/"}, list{"ftp://a.example"}, list{"*"},
        list{"https://A.example"}}},
      {"http.frame-ancestors", {"'self'; script-src *", "a\r\nSet-Cookie: b", "a, b"}},
      {"store.backend", {"mysql", "SQLite"}},
      {"store.path", {std::string(4097, 'a')}},
      {"redis.host", {"a b", "-a", "redis://a", "run/redis.sock", "/" + std::string(107, 'x')}},
      {"redis.sentinels",
       {list{"host"}, list{"host:0"}, list{"host:65536"}, list{"host:"}, list{":26379"},
        list{"::1:26379"}, list{"[::1]"}, list{"[host]:26379"}, list{"a b:26379"},
        list{"host:26379 "}, list(17, "host:26379")}},
      {"redis.sentinel-master", {"my master"}},
      {"redis.prefix", {"a:b", std::string(65, 'a')}},
      {"node.id", {"node 1"}},
      {"node.roles",
       {list{}, list{"web", "ws", "cook"}, list{"web", "web"}, list{"web", "ws", "worker", "web"}}},
      {"node.listen", {"localhost"}},
      {"node.secret", {"too short", std::string(1025, 's')}},
      {"node.tls-key", {"a\nb"}},
      {"log.level", {"loud"}},
      {"log.format", {"xml"}},
      {"rooms.default",
       {list{"room"}, list{":Title"}, list{"a b:Title"}, list{"room:"}, list{"a:One", "a:Two"},
        list{"room:" + std::string(81, 't')}}},
      {"rooms.create", {"somebody"}},
  };
  for (const auto& [name, values] : cases)
    for (const auto& value : values)
      check_refused(*find_option(name), value);
  CAF_CHECK(load_from({.file = "[rooms]\ndefault = []\n"}).refuses_with("option rooms.default"));
}

CAF_TEST(sentinels are hosts with a port) {
  auto got = load_from(
      {.file =
           "[redis]\nsentinels = [\"10.0.0.5:26379\", \"[::1]:26379\", \"redis.example:1\"]\n"});
  CAF_CHECK_EQUAL(got.refusal(), "");
  CAF_REQUIRE_EQUAL(got.values.redis.sentinels.size(), 3u);
  auto address = to_host_and_port(got.values.redis.sentinels[1]);
  CAF_REQUIRE(address.has_value());
  CAF_CHECK_EQUAL(address->host, "::1");
  CAF_CHECK_EQUAL(address->port, 26379);
}

CAF_TEST(a node alone has all roles) {
  CAF_CHECK(load_from({.arguments = {"--node.roles=web,ws"}}).refuses_with("option node.roles"));
}

CAF_TEST(the nodes of a cluster share a store and a secret) {
  auto with = [](std::vector<std::string> more) {
    std::vector<std::string> arguments{"--node.port=4242"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return load_from({.arguments = arguments});
  };
  CAF_CHECK(with({}).refuses_with("option store.backend"));
  CAF_CHECK(with({"--store.backend=redis"}).refuses_with("option node.secret"));
  CAF_CHECK(with({"--store.backend=redis", "--node.tls-key=key.pem"})
                .refuses_with("options node.tls-certificate, node.tls-key"));
  CAF_CHECK(
      with({"--store.backend=redis", "--node.secret=sixteen bytes ok", "--cluster.lease-ms=9000"})
          .refuses_with("option cluster.link-timeout-ms"));
  CAF_CHECK(
      with({"--store.backend=redis", "--node.secret=sixteen bytes ok", "--node.roles=ws"}).runs());
}

CAF_TEST(what is not known is refused) {
  CAF_CHECK(
      load_from({.arguments = {"--http.prot=1"}}).refuses_with("unknown argument --http.prot"));
  CAF_CHECK(load_from({.arguments = {"--port=1"}}).refuses_with("unknown argument --port"));
  CAF_CHECK(load_from({.arguments = {"--dump-config"}}).refuses_with("unknown argument"));
  CAF_CHECK(load_from({.arguments = {"serve"}}).refuses_with("unknown argument serve"));
  CAF_CHECK(load_from({.arguments = {"-x"}}).refuses_with("unknown argument -x"));
  CAF_CHECK(load_from({.arguments = {"--"}}).refuses_with("unknown argument --"));
  CAF_CHECK(load_from({.arguments = {""}}).refuses_with("unknown argument"));
  CAF_CHECK(load_from({.environment = {"KLATSCH_HTTP_PROT=1"}}).refuses_with("KLATSCH_HTTP_PROT"));
  CAF_CHECK(load_from({.environment = {"KLATSCH_SCHEDULER_POLICY=1"}}).refuses_with("unknown"));
  CAF_CHECK(
      load_from({.file = "[http]\nprot = 1\n"}).refuses_with("unknown option http.prot (in "));
  CAF_CHECK(load_from({.file = "port = 1\n"}).refuses_with("unknown option port"));
  CAF_CHECK(load_from({.file = "[http.more]\nport = 1\n"}).refuses_with("http.more.port"));
}

CAF_TEST(an argument without its value is refused) {
  CAF_CHECK(load_from({.arguments = {"--http.port"}}).refuses_with("http.port needs a value"));
  CAF_CHECK(load_from({.arguments = {"--http.port="}}).refuses_with("http.port needs a value"));
  CAF_CHECK(load_from({.arguments = {"--config-file"}}).refuses_with("config-file needs a value"));
  CAF_CHECK(load_from({.arguments = {"--http.cookie-secure"}}).refuses_with("needs a value"));
}

CAF_TEST(options of CAF itself are checked) {
  CAF_CHECK(load_from({.arguments = {"--scheduler.max-threads=x"}})
                .refuses_with("scheduler.max-threads (on the command line): the value x"));
  CAF_CHECK(load_from({.file = "[scheduler]\nmax-threads = \"x\"\n"})
                .refuses_with("option scheduler.max-threads (in "));
}

CAF_TEST(a file that can not be read is refused) {
  auto missing = load_from({.arguments = {"--config-file=/nowhere/klatsch.conf"}});
  CAF_CHECK(missing.refuses_with("/nowhere/klatsch.conf can't be read: No such file"));
  CAF_CHECK(load_from({.arguments = {"--config-file=/"}}).refuses_with("Is a directory"));
}

CAF_TEST(a syntax error is refused with its line) {
  auto got = load_from({.file = "[http]\nport = 1\naddress = unquoted\n"});
  CAF_CHECK(got.refuses_with("line 3"));
  CAF_CHECK(load_from({.file = "[http]\naddress = \"endless\n"}).refuses_with("syntax error"));
  CAF_CHECK(load_from({.file = "{}"}).refuses_with("syntax error"));
  CAF_CHECK(load_from({.file = "[rooms]\ndefault = [\"a:One\",\n"}).refuses_with("syntax error"));
  CAF_CHECK(load_from({.file = "http {\nport = 1\n"}).refuses_with("syntax error"));
  CAF_CHECK(load_from({.file = "[http]\nport"}).refuses_with("syntax error"));
}

CAF_TEST(all wrong options are named at once) {
  auto text = load_from({.arguments = {"--http.threads=-1", "--log.level=loud"},
                         .environment = {"KLATSCH_HTTP_PORT=-1"},
                         .file = "[redis]\nport = 0\n"})
                  .refusal();
  for (auto name : {"http.threads", "log.level", "http.port", "redis.port"})
    CAF_CHECK(text.find(name) != text.npos);
  CAF_CHECK_EQUAL(std::count(text.begin(), text.end(), '\n'), 4);
}

CAF_TEST(secrets are not repeated) {
  auto typed = load_from({.arguments = {"--redis.password", "hunter2"}});
  CAF_CHECK(!typed.runs());
  CAF_CHECK(!typed.refuses_with("hunter2"));
  auto shown = load_from({.arguments = {"--redis.password=hunter2", "--print-config"}});
  CAF_CHECK(shown.result.what == load_result::action::print);
  CAF_CHECK(shown.result.text.find("hunter2") == std::string::npos);
  CAF_CHECK(shown.result.text.find("password = \"(secret)\"") != std::string::npos);
}
