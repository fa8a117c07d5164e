// Socket.IO 4 with the Redis adapter: today's form of a chat that runs on several nodes.
//
//   node socket_io_server.mjs [redis port]     without a port: no adapter, one node only
//
// Prints "listening on <port>" when it does.

import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const redisPort = process.argv[2];
const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  // Otherwise the options of the handshake take memory that a chat doesn't need.
  serveClient: false,
});

if (redisPort) {
  const publisher = createClient({ url: `redis://127.0.0.1:${redisPort}` });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}

io.on("connection", (socket) => {
  // What Socket.IO's own guide recommends for memory.
  socket.conn.request = null;
  let name = "";
  socket.on("hello", (wanted, answer) => {
    name = wanted;
    socket.join(`user:${name}`);
    answer();
  });
  socket.on("join", (room, answer) => {
    socket.join(room);
    answer();
  });
  socket.on("say", (room, text) => {
    io.to(room).emit("message", { room, from: name, text });
  });
  socket.on("tell", (to, text) => {
    io.to(`user:${to}`).emit("private", { from: name, text });
  });
});

http.listen(0, "127.0.0.1", 4096, () => {
  console.log(`listening on ${http.address().port}`);
});
