// A chat on the library ws, as one would write it first: one process, each frame encoded once, one
// send for each member.
//
//   node ws_server.mjs
//
// Prints "listening on <port>" when it does.

import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const rooms = new Map();
const names = new Map();

function join(socket, room) {
  if (!rooms.has(room)) rooms.set(room, new Set());
  rooms.get(room).add(socket);
  socket.rooms.add(room);
}

function handle(socket, request) {
  switch (request.type) {
    case "hello":
      socket.name = request.name;
      names.set(socket.name, socket);
      socket.send('{"type":"welcome"}');
      break;
    case "join":
      join(socket, request.room);
      socket.send('{"type":"joined"}');
      break;
    case "say": {
      const { room, text } = request;
      const frame = Buffer.from(JSON.stringify({ type: "message", room, from: socket.name, text }));
      for (const each of rooms.get(room) ?? []) each.send(frame, { binary: false });
      break;
    }
    case "tell": {
      const { to, text } = request;
      names.get(to)?.send(JSON.stringify({ type: "message", room: "", from: socket.name, text }));
      break;
    }
    default:
      socket.send('{"type":"error"}');
  }
}

server.on("connection", (socket) => {
  socket.name = "";
  socket.rooms = new Set();
  socket.on("message", (bytes) => handle(socket, JSON.parse(bytes)));
  socket.on("close", () => {
    names.delete(socket.name);
    for (const room of socket.rooms) rooms.get(room).delete(socket);
  });
});

http.listen(0, "127.0.0.1", 4096, () => {
  console.log(`listening on ${http.address().port}`);
});
