#define CAF_SUITE peer_protocols
#include "test/unit/suite.hpp"

#include "test/unit/bench/recorded_events.hpp"

using namespace klatsch::bench;

namespace {

using words = std::vector<std::string>;

struct protocol_fixture {
  recorded_events events;
  std::unique_ptr<peer_session> session;

  void speak(const char* name) {
    session = make_protocol(name)->make_session("run", 7);
    session->begin(events);
  }

  void receive(std::string_view payload) { session->receive(payload, events, events); }

  static std::string text(std::uint32_t number) {
    std::string result;
    write_text({0, 0, number, 0}, 40, result);
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(protocol_tests, protocol_fixture)

CAF_TEST(every protocol can be made by its name) {
  for (const auto& name : protocol_names())
    CAF_CHECK(make_protocol(name) != nullptr);
  CAF_CHECK(make_protocol("telegraph") == nullptr);
}

CAF_TEST(klatsch is opened then joined then heard) {
  speak("klatsch-json");
  CAF_CHECK_EQUAL(events.take_sent().size(), 1u);
  receive(R"({"jsonrpc":"2.0","id":1,"result":{"user":{"id":"k7","name":"Ann"},"token":"t",)"
          R"("rooms":[],"conversations":[]}})");
  CAF_CHECK_EQUAL(events.take_seen(), words{"ready"});
  CAF_CHECK_EQUAL(session->address(), "k7");
  session->join("beach", true, events);
  CAF_CHECK(events.take_sent().back().find("room.create") != std::string::npos);
  receive(R"({"jsonrpc":"2.0","id":2,"result":{"room":"beach"}})");
  CAF_CHECK(events.take_sent().back().find("room.join") != std::string::npos);
  receive(R"({"jsonrpc":"2.0","id":3,"result":{"room":"beach","seq":0,"messages":[]}})");
  receive(R"({"jsonrpc":"2.0","method":"presence","params":{"user":{"id":"k8"},"online":true}})");
  receive(
      R"({"jsonrpc":"2.0","method":"message","params":{"room":"beach","seq":1,"text":")" + text(4) +
      R"("}})");
  CAF_CHECK_EQUAL(events.take_seen(), (words{"joined", "message 4"}));
}

CAF_TEST(the order of members in an object of klatsch does not matter) {
  speak("klatsch-json");
  receive(R"({"params":{"text":")" + text(9) + R"(","seq":1},"method":"message","jsonrpc":"2.0"})");
  receive(R"({"result":{"ts":5,"seq":1},"id":4,"jsonrpc":"2.0"})");
  receive(R"([{"id":4,"result":{"seq":1}},{"id":4,"result":{"seq":2}}])");
  CAF_CHECK_EQUAL(
      events.take_seen(),
      (words{"message 9", "acknowledged 1", "acknowledged 1", "acknowledged 1"}));
}

CAF_TEST(a refusal of klatsch is a failure) {
  speak("klatsch-json");
  receive(R"({"jsonrpc":"2.0","id":3,"error":{"code":1014,"message":"Full."}})");
  CAF_CHECK_EQUAL(events.take_seen(), words{"failure refused: Full."});
}

CAF_TEST(klatsch is resumed where its session was) {
  speak("klatsch-json");
  session->keep_place();
  receive(R"({"jsonrpc":"2.0","id":1,"result":{"user":{"id":"k7","name":"Ann"},"token":"t",)"
          R"("rooms":[],"conversations":[]}})");
  session->join("beach", false, events);
  receive(R"({"jsonrpc":"2.0","id":3,"result":{"room":"beach","seq":3,"messages":[]}})");
  receive(
      R"({"jsonrpc":"2.0","method":"message","params":{"room":"beach","seq":4,"text":")" + text(0) +
      R"("}})");
  events.take_sent();
  session->begin(events);
  CAF_CHECK(
      events.take_sent().back().find(R"("token":"t","resume":[{"room":"beach","after":4}])") !=
      std::string::npos);
}

CAF_TEST(Socket.IO is greeted and its pings are answered) {
  speak("socket.io");
  CAF_CHECK_EQUAL(events.take_sent(), words{});
  receive(R"(0{"sid":"a","upgrades":[],"pingInterval":25000})");
  receive(R"(40{"sid":"b"})");
  receive("430[]");
  receive("2");
  CAF_CHECK_EQUAL(events.take_sent(), (words{"40", R"(420["hello","urun-7"])", "3"}));
  session->join("beach", true, events);
  receive("431[]");
  receive(R"(42["message",{"room":"beach","from":"x","text":")" + text(2) + R"("}])");
  CAF_CHECK_EQUAL(events.take_seen(), (words{"ready", "joined", "message 2"}));
}

CAF_TEST(messages of NATS are found wherever the stream is cut) {
  std::string stream = "INFO {}\r\nPONG\r\nPONG\r\n";
  for (std::uint32_t number = 0; number < 5; ++number)
    stream += "MSG beach 2 40\r\n" + text(number) + "\r\n";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    speak("nats");
    for (std::size_t at = 0; at < stream.size(); at += piece)
      receive(std::string_view{stream}.substr(at, piece));
    CAF_CHECK_EQUAL(
        events.take_seen(),
        (words{
            "ready", "joined", "message 0", "message 1", "message 2", "message 3", "message 4"}));
  }
}

CAF_TEST(XMPP is logged in anonymously) {
  speak("xmpp");
  receive("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'/>");
  receive("<stream:features><mechanisms/></stream:features>");
  CAF_CHECK(events.take_sent().back().find("ANONYMOUS") != std::string::npos);
  receive("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  receive("<stream:features><bind/></stream:features>");
  CAF_CHECK(events.take_sent().back().find("<bind") != std::string::npos);
  receive("<iq type='result' id='bind'><bind><jid>u@localhost/r</jid></bind></iq>");
  CAF_CHECK_EQUAL(session->address(), "u@localhost/r");
  session->join("beach", true, events);
  receive("<presence from='beach@conference.localhost/other'/>");
  receive("<presence from='beach@conference.localhost/own'><x><status code='110'/></x></presence>");
  receive("<message type='groupchat'><subject/></message>");
  receive("<message type='groupchat'><body>" + text(1) + "</body></message>");
  CAF_CHECK_EQUAL(events.take_seen(), (words{"ready", "joined", "message 1"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
